#if DEBUG
namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>
/// Who can be chosen on the consent page: the people in the settings, in DevAuth:Users, and those
/// who have signed in lately. Anyone else can be written there.
/// </summary>
internal sealed class People(IReadOnlyList<Person> settings, GrantStore store)
{
    private const string Script = ClientAuthentication.ScriptId;

    /// <summary>Who is signed in unless another person is chosen: the first one in the settings.</summary>
    public Person Default { get; } =
        settings.FirstOrDefault(person => person.Name != Script) ?? new Person("dev-user", []);

    public IReadOnlyList<Person> ReadAll()
    {
        var ofSettings = settings.Where(person => person.Name != Script);
        var others = store.ReadPeople().Where(person => !IsInSettings(person));
        return [.. ofSettings, .. others];
    }

    public Person? FindByName(string? name)
    {
        return name is null ? null : ReadAll().FirstOrDefault(person => person.Name == name);
    }

    public Person? FindByLabel(string? label) => ReadAll().FirstOrDefault(person => person.Label == label);

    /// <summary>What the settings say about the client of scripts.</summary>
    public Person FindScript() =>
        settings.FirstOrDefault(person => person.Name == Script) ?? new Person(Script, []);

    public void Remember(Person person)
    {
        if (!IsInSettings(person))
        {
            store.AddPerson(person);
        }
    }

    private bool IsInSettings(Person person) =>
        person.Label == Default.Label || settings.Any(known => known.Label == person.Label);
}
#endif
