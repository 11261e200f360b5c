#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The users to choose from on the consent page: those in the setting DevAuth:Users, and those who
/// have signed in recently. Any other name can be entered there.
/// </summary>
internal sealed class People(IReadOnlyList<Person> settings, GrantStore store)
{
    private const string Script = ClientAuthentication.ScriptId;

    /// <summary>The user who is preselected: the first one in the settings.</summary>
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

    /// <summary>The user in the settings for the client of scripts.</summary>
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
