#if DEBUG
namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// The users to choose from on the consent page: those in the setting DevAuth:Users, and those who
/// have signed in since the server started. Any other name can be entered there.
/// </summary>
internal sealed class People(IReadOnlyList<Person> settings)
{
    private const string Script = ClientAuthentication.ScriptId;
    private const int MaxRecent = 10;

    private readonly Lock _lock = new();
    private readonly List<Person> _recent = [];

    /// <summary>The user who is preselected: the first one in the settings.</summary>
    public Person Default { get; } =
        settings.FirstOrDefault(person => person.Name != Script) ?? new Person("dev-user", []);

    public IReadOnlyList<Person> All
    {
        get
        {
            lock (_lock)
            {
                Person[] known = [.. settings.Where(person => person.Name != Script), .. _recent];
                return known;
            }
        }
    }

    public Person? FindByName(string? name) => All.FirstOrDefault(person => person.Name == name);

    public Person? FindByLabel(string? label) => All.FirstOrDefault(person => person.Label == label);

    /// <summary>The user in the settings for the client of scripts.</summary>
    public Person FindScript() =>
        settings.FirstOrDefault(person => person.Name == Script) ?? new Person(Script, []);

    public void Remember(Person person)
    {
        var isInSettings = settings.Any(known => known.Label == person.Label);
        if (isInSettings || person.Label == Default.Label)
        {
            return;
        }

        lock (_lock)
        {
            _recent.RemoveAll(known => known.Label == person.Label);
            _recent.Insert(0, person);
            if (_recent.Count > MaxRecent)
            {
                _recent.RemoveAt(MaxRecent);
            }
        }
    }
}
#endif
