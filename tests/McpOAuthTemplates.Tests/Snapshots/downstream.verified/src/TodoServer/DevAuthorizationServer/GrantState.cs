#if DEBUG
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TodoServer.DevAuthorizationServer;

/// <summary>A code that has not been used yet, and its request.</summary>
internal sealed record IssuedCode(Grant Grant, string RedirectUri, string CodeChallenge);

/// <summary>An entry that is stored under a handle until it expires.</summary>
internal sealed record Kept<T>(string IdHash, string TextHash, DateTimeOffset Expires, T Value)
    where T : class;

/// <summary>
/// The state that survives a restart. Each list is limited: the oldest entry makes room for a new
/// one of the same kind. Entries are added only when a user consents, so no page of another site
/// can fill the lists.
/// </summary>
internal sealed class GrantState
{
    private const int MaxCodes = 100;
    private const int MaxSignIns = 1000;
    private const int MaxAnswered = 1000;
    private const int MaxPeople = 10;

    public List<Kept<IssuedCode>> Codes { get; set; } = [];

    public List<Kept<Grant>> SignIns { get; set; } = [];

    /// <summary>The consent pages that were submitted, with the time when each expires.</summary>
    public Dictionary<string, DateTimeOffset> Answered { get; set; } = [];

    /// <summary>Who has signed in, the last one first.</summary>
    public List<Person> People { get; set; } = [];

    public static GrantState Read(string json)
    {
        var state = JsonSerializer.Deserialize(json, GrantStateJson.Default.GrantState)
            ?? throw new JsonException("It is null.");
        var codes = state.Codes.Select(code => code?.Value?.Grant);
        var signIns = state.SignIns.Select(signIn => signIn?.Value);
        var areWhole = codes.Concat(signIns).All(IsWhole) && state.People.All(IsWhole);
        if (!areWhole)
        {
            throw new JsonException("A value is null.");
        }

        return state;
    }

    // The serializer does not check the items of lists and dictionaries.
    private static bool IsWhole(Grant? grant)
    {
        if (grant is null || grant.Scopes.Contains(null))
        {
            return false;
        }

        return AreWhole(grant.Claims ?? []);
    }

    private static bool IsWhole(Person? person) => person is not null && AreWhole(person.Claims);

    private static bool AreWhole(Dictionary<string, string[]> claims) =>
        claims.Values.All(values => values is not null && !values.Contains(null!));

    public string Write() => JsonSerializer.Serialize(this, GrantStateJson.Default.GrantState);

    public void AddCode(Handle handle, IssuedCode code) =>
        Add(Codes, handle, code, TimeSpan.FromMinutes(1), MaxCodes);

    public void AddSignIn(Handle handle, Grant grant) =>
        Add(SignIns, handle, grant, TimeSpan.FromDays(14), MaxSignIns);

    /// <summary>False if the page was submitted before.</summary>
    public bool AddAnswered(string page, DateTimeOffset expires)
    {
        if (!Answered.TryAdd(page, expires))
        {
            return false;
        }

        if (Answered.Count > MaxAnswered)
        {
            Answered.Remove(Answered.MinBy(entry => entry.Value).Key);
        }

        return true;
    }

    public void AddPerson(Person person)
    {
        People.RemoveAll(known => known.Label == person.Label);
        People.Insert(0, person);
        if (People.Count > MaxPeople)
        {
            People.RemoveAt(MaxPeople);
        }
    }

    public void RemoveExpired()
    {
        var now = DateTimeOffset.UtcNow;
        Codes.RemoveAll(code => code.Expires < now);
        SignIns.RemoveAll(signIn => signIn.Expires < now);
        foreach (var (page, expires) in Answered)
        {
            if (expires < now)
            {
                Answered.Remove(page);
            }
        }
    }

    private static void Add<T>(
        List<Kept<T>> entries, Handle handle, T value, TimeSpan lifetime, int maxCount)
        where T : class
    {
        if (entries.Count >= maxCount)
        {
            entries.RemoveAt(0);
        }

        var expires = DateTimeOffset.UtcNow + lifetime;
        entries.Add(new Kept<T>(handle.IdHash, handle.TextHash, expires, value));
    }
}

[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GrantState))]
internal sealed partial class GrantStateJson : JsonSerializerContext;
#endif
