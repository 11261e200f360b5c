using global::McpOAuthServer.Authorization;
using global::McpOAuthServer.Hosting;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Refuses to start with settings with which it would be unsafe that clients register here, or
/// with which they could not sign in.
/// </summary>
internal sealed class RegistrationOptionsValidator(
    IOptions<RegistrationOptions> registration,
    IConfiguration configuration,
    IHostEnvironment environment) : IValidateOptions<OAuthOptions>
{
    private const string Section = "OAuth:Registration";

    // What Entra ID takes at most for one app registration.
    private const int MaxRedirectUris = 256;

    // Those of the national clouds, too.
    private static readonly string[] s_hosts =
    [
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
    ];

    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var problems = new SettingProblems(configuration);
        CheckNames(problems);
        if (registration.Value.IsOn)
        {
            CheckProvider(options, problems);
            CheckClient(options, problems);
            CheckRequiredClaims(options, problems);
            CheckIssuer(options, problems);
            CheckRedirectUris(problems);
            CheckScopes(options, problems);
        }

        if (!problems.Any)
        {
            return ValidateOptionsResult.Success;
        }

        return ValidateOptionsResult.Fail($"Not ready to register clients:\n{problems}");
    }

    private void CheckNames(SettingProblems problems)
    {
        var section = configuration.GetSection(Section);
        foreach (var name in UnknownSettings.Find<RegistrationOptions>(section, []))
        {
            problems.AddSentence(
                $"{Section}:{name} is not a setting of this server: correct its name or "
                + "remove it.");
        }
    }

    // A provider that ignores "resource" would give malicious servers tokens for this one.
    private void CheckProvider(OAuthOptions oauth, SettingProblems problems)
    {
        var isUrl = Uri.TryCreate(oauth.Issuer, UriKind.Absolute, out var issuer);
        var isEntra = isUrl && s_hosts.Contains(issuer!.Host);
        if (!isEntra && !environment.IsDevelopment())
        {
            problems.Add(
                "Issuer",
                "must be that of an Entra ID tenant while clients register here: other providers "
                + "may give anyone a token for this server");
        }
    }

    private void CheckClient(OAuthOptions oauth, SettingProblems problems)
    {
        const string Setting = "Registration:ClientId";
        var clientId = registration.Value.ClientId;
        problems.Add(Setting, SettingProblems.FindTextProblem(clientId));
        if (!clientId.All(IsVisible))
        {
            problems.Add(Setting, "must be visible ASCII");
        }

        // An id token for a client has the client id as audience.
        if (oauth.AcceptedAudiences.Contains(clientId, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(
                Setting,
                "must not be an accepted audience, since an ID token for the client would be "
                + "accepted as well: make a second app registration for clients, beside that of "
                + "this server");
        }
    }

    // Without this check, users would sign in, and be refused afterwards.
    private void CheckRequiredClaims(OAuthOptions oauth, SettingProblems problems)
    {
        foreach (var (claim, accepted) in oauth.RequiredClaims)
        {
            var isOfClient = AccessTokenExtensions.ClientClaims.Contains(claim);
            if (isOfClient && !accepted.Contains(registration.Value.ClientId))
            {
                problems.Add($"RequiredClaims:{claim}", "must contain OAuth:Registration:ClientId");
            }

            if (claim == "azpacr" && !accepted.Contains("0"))
            {
                problems.Add(
                    $"RequiredClaims:{claim}",
                    "must contain '0', which is how tokens tell that a client is public");
            }
        }
    }

    private void CheckIssuer(OAuthOptions oauth, SettingProblems problems)
    {
        const string Setting = "Registration:IssuerPath";
        var path = registration.Value.IssuerPath;
        if (RegistrationOptions.FindPathProblem(path) is { } pathProblem)
        {
            problems.Add(Setting, pathProblem);
            return;
        }

        if (!Uri.TryCreate(oauth.Resource, UriKind.Absolute, out var resource))
        {
            return; // That is said elsewhere.
        }

        var endpoint = resource.AbsolutePath;
        if (IsSameOrBelow(path, endpoint) || IsSameOrBelow(endpoint, path))
        {
            problems.Add(
                Setting, $"must not overlap with the path of OAuth:Resource, '{endpoint}'");
        }

        var issuer = registration.Value.GetIssuer(oauth);
        if (issuer == oauth.Issuer)
        {
            problems.Add(Setting, $"must not lead to OAuth:Issuer, '{issuer}'");
        }

        if (oauth.AuthorizationServers is not [var only] || only != issuer)
        {
            problems.Add(
                "AuthorizationServers",
                $"must be left out while clients register here, or be only '{issuer}'");
        }
    }

    private void CheckRedirectUris(SettingProblems problems)
    {
        const string Setting = "Registration:RedirectUris";
        var uris = registration.Value.RedirectUris;
        var noList = ListSettings.FindProblem(configuration, $"OAuth:{Setting}");
        problems.Add(Setting, noList);
        if (uris.Length == 0 && noList is null)
        {
            problems.Add(Setting, "must name the redirect URIs of the app registration");
        }

        if (uris.Length > MaxRedirectUris)
        {
            problems.Add(Setting, $"must have at most {MaxRedirectUris}, but has {uris.Length}");
        }

        problems.AddAll(Setting, uris, KnownRedirectUris.FindProblem);
    }

    // Clients name OAuth:Resource as the resource for which they want a token (RFC 8707).
    private static void CheckScopes(OAuthOptions oauth, SettingProblems problems)
    {
        var expected = $"{oauth.Resource}/";
        if (oauth.ScopePrefix != expected)
        {
            problems.Add(
                "ScopePrefix",
                $"must be '{expected}' while clients register here, but is '{oauth.ScopePrefix}': "
                + "they send OAuth:Resource as resource, and Entra ID accepts only the application "
                + "ID URI there");
        }
    }

    private static bool IsSameOrBelow(string path, string parent) =>
        parent != "/" && $"{path}/".StartsWith($"{parent}/", StringComparison.OrdinalIgnoreCase);

    private static bool IsVisible(char c) => c is > ' ' and < '\x7f';
}
