#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// Who can be chosen on the consent page: the people in the settings, in DevAuth:Users, and those
/// who have signed in since the server was started. Anyone else can be written there.
/// </summary>
internal sealed class People(IReadOnlyList<Person> settings)
{
    private const string Script = ClientAuthentication.ScriptId;
    private const int MaxRecent = 10;

    private readonly Lock _lock = new();
    private readonly List<Person> _recent = [];

    /// <summary>Who is signed in unless another person is chosen: the first one in the settings.</summary>
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

    /// <summary>What the settings say about the client of scripts.</summary>
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
