namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// A provider with a sample account: what it is told to the template, what it publishes, and what its tokens look like. A row of
/// <see cref="ProviderTable"/>.
/// </summary>
internal sealed record Provider(string Name, string Issuer)
{
    /// <summary>In the claims of a token: the "typ" of its header.</summary>
    public const string HeaderType = "typ of the header";

    /// <summary>What its tokens have as audience, where that is not the resource.</summary>
    public string? Audience { get; init; }

    /// <summary>How the template is called for it.</summary>
    public Variant Variant => new(Name, [
        "--provider", Name, "--authority", Issuer, "--resource", ProviderTable.Resource,
        .. Audience is null ? [] : new[] { "--audience", Audience }]);

    /// <summary>Values that the template does not ask for.</summary>
    public (string Name, string Value)[] Settings { get; init; } = [];

    /// <summary>The URLs at which it publishes its metadata. All others are 404.</summary>
    public required string[] Discovery { get; init; }

    public required string Keys { get; init; }

    /// <summary>Where clients begin to look for this provider, exactly.</summary>
    public string AuthorizationServer { get; init; } = Issuer;

    /// <summary>What stands before each scope that clients ask for.</summary>
    public string AdvertisedPrefix { get; init; } = "";

    /// <summary>What stands before each scope in a token.</summary>
    public string TokenPrefix { get; init; } = "";

    public string ScopeClaim { get; init; } = "scope";

    public bool ScopesAreArray { get; init; }

    /// <summary>The header type and the claims of an access token, besides its issuer, its lifetime and its scopes.</summary>
    public required Claims AccessToken { get; init; }

    /// <summary>What is different in an id token, which never has scopes.</summary>
    public required Claims IdToken { get; init; }

    /// <summary>What is different in an access token for another server.</summary>
    public required Claims OtherServer { get; init; }

    /// <summary>What is different in a token of another customer, signed with the same keys.</summary>
    public required Claims OtherTenant { get; init; }

    /// <summary>Other forms that its access tokens have.</summary>
    public (string What, Claims Change)[] AlsoGood { get; init; } = [];

    /// <summary>Other tokens of it that have the scope todo:read only.</summary>
    public (string What, Claims Change)[] AlsoNarrow { get; init; } = [];

    /// <summary>Other tokens of it that are not for this server.</summary>
    public (string What, Claims Change)[] AlsoBad { get; init; } = [];

    /// <summary>The claim with these scopes, in the form that its tokens have.</summary>
    public Claims GetScopes(params string[] scopes) => GetScopesAsTheyAre([.. scopes.Select(scope => TokenPrefix + scope)]);

    /// <summary>The claim with these scopes, without the prefix that its tokens have.</summary>
    public Claims GetScopesAsTheyAre(params string[] scopes) =>
        new() { [ScopeClaim] = ScopesAreArray ? scopes : string.Join(' ', scopes) };
}

/// <summary>Claims of a token by name. A value of null leaves the claim out.</summary>
internal sealed class Claims : Dictionary<string, object?>
{
    public Claims()
    {
    }

    private Claims(Claims claims) : base(claims)
    {
    }

    /// <summary>These claims, with changes.</summary>
    public Claims With(Claims changes)
    {
        var claims = new Claims(this);
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims;
    }
}
