using Microsoft.Extensions.Options;

namespace McpOAuthServer.Authorization;

/// <summary>
/// Refuses to start with settings that cannot work or are not safe, in one message that lists them all. Where a value is
/// found is said in the settings, too, in OAuth:WhereToFind.
/// </summary>
internal sealed class OAuthOptionsValidator(IHostEnvironment environment, IConfiguration configuration)
    : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        List<string> problems = [];
        Check("Issuer", FindOwnIssuerProblem(options.Issuer) ?? FindUrlProblem(options.Issuer));
        Check("Resource", FindUrlProblem(options.Resource));
        CheckAll("AuthorizationServers", options.AuthorizationServers, FindUrlProblem);
        CheckAll("ValidIssuers", options.ValidIssuers, FindUrlProblem);
        Check("MetadataAddress", options.MetadataAddress is { } address ? FindUrlProblem(address.Split('?', 2)[0]) : null);
        CheckAll("Audiences", options.Audiences, FindValueProblem);
        Check("TokenCacheSeconds", options.TokenCacheSeconds < 0 ? "must not be negative" : null);
        Check("TokenCacheSize", options.TokenCacheSize < 0 ? "must not be negative" : null);
        foreach (var claim in configuration.GetSection("OAuth:RequiredClaims").GetChildren().Select(child => child.Key))
        {
            var values = options.RequiredClaims.GetValueOrDefault(claim) ?? [];
            Check($"RequiredClaims:{claim}", values is [] ? "must be a list of accepted values" : null);
            CheckAll($"RequiredClaims:{claim}", values, FindValueProblem);
        }

        // Without an audience, only its client tells that a token is not for another server of the same issuer.
        var bindsClient = AccessTokenExtensions.ClientClaims.Any(options.RequiredClaims.ContainsKey);
        Check("AllowMissingAudience", options.AllowMissingAudience && !bindsClient
            ? "needs OAuth:RequiredClaims:client_id with the clients of this server, which then stand for the audience" : null);
        Check("ScopePrefix", FindPrefixProblem(options.ScopePrefix));
        foreach (var scope in Scopes.All.Concat(options.InitialScopes).Distinct())
        {
            Check("InitialScopes", FindScopeProblem(options.ScopePrefix + scope));
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"Not ready for {environment.EnvironmentName}:\n{string.Concat(problems)}");

        void CheckAll(string setting, string[] values, Func<string, string?> findProblem)
        {
            foreach (var (index, value) in values.Index())
            {
                Check($"{setting}:{index}", findProblem(value));
            }
        }

        void Check(string setting, string? problem)
        {
            var variable = setting.Replace(":", "__", StringComparison.Ordinal);
            var place = configuration[$"OAuth:WhereToFind:{setting.TrimEnd(':', '0')}"];
            problems.AddRange(problem is null ? [] : [
                $"  - OAuth:{setting} {problem}. Set it in appsettings.json, or as environment variable OAuth__{variable}."
                    + (place is null ? "\n" : $" See: {place}.\n")]);
        }
    }

    // The server would have to trust its certificate for development to read its own keys, and clients would have to as well.
    private string? FindOwnIssuerProblem(string issuer)
    {
        var isOwn = environment.IsDevelopment() && configuration["OAuth:Issuer"] is ['/', ..];
        return isOwn && issuer.StartsWith("https:", StringComparison.Ordinal)
            ? "is a path of this server, which listens at no http address: add http://localhost:5000 to applicationUrl in "
                + "Properties/launchSettings.json, or start it with --urls http://localhost:5000"
            : null;
    }

    // Quotes, and what is not printable ASCII, could not stand in the challenge.
    private string? FindUrlProblem(string value) => value is ['/', ..] && environment.IsDevelopment()
        ? "is a path of this server, which listens at no TCP address: start it with --urls http://localhost:5000" : Uri.TryCreate(value, UriKind.Absolute, out var url) ? url switch
    {
        { Scheme: not ("https" or "http") } => $"must be an https URL, but is '{value}'",
        _ when value.Any(c => c is <= ' ' or '"' or '\\' or >= '\x7f') => $"must be plain ASCII, but is '{value}'",
        { Query: not "" } or { Fragment: not "" } or { UserInfo: not "" } => "must have no query, fragment or user name",
        { Scheme: "http" } when !environment.IsDevelopment() => $"must be https outside Development, but is '{value}'",
        _ => FindPlaceholder(value),
    } : $"must be an absolute URL, but is '{value}'";

    private static string? FindValueProblem(string value) =>
        string.IsNullOrWhiteSpace(value) ? "must not be empty" : FindPlaceholder(value);

    private static string? FindPrefixProblem(string prefix) => prefix switch
    {
        [.., var last] when char.IsAsciiLetterOrDigit(last) => $"must end with a separator, as '{prefix}/' does",
        not "" when Scopes.All.FirstOrDefault(scope => scope.StartsWith(prefix, StringComparison.Ordinal)) is { } scope =>
            $"must not stand in Scopes.cs as well, as in '{scope}'",
        _ => FindPlaceholder(prefix),
    };

    // RFC 6749, section 3.3.
    private static string? FindScopeProblem(string scope) =>
        scope.Length > 0 && scope.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~')) ? null
            : $", ScopePrefix or Scopes.cs has the scope '{scope}': only ASCII without blank, \" and \\ is allowed";

    // The two forms in which appsettings.json was generated: YOUR-SOMETHING, and a host below example.com.
    private static string? FindPlaceholder(string value) =>
        value.Contains("YOUR-", StringComparison.Ordinal) || (Uri.TryCreate(value, UriKind.Absolute, out var url)
            && $".{url.Host}".EndsWith(".example.com", StringComparison.Ordinal)) ? $"still is the placeholder '{value}'" : null;
}
