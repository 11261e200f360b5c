using Microsoft.Extensions.Options;

namespace TodoServer.Authorization;

/// <summary>Refuses to start with settings that cannot work or are not safe, in one message that lists them all.</summary>
internal sealed class OAuthOptionsValidator(IHostEnvironment environment, IConfiguration configuration)
    : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        List<string> problems = [];
        CheckUrls("Issuer", [options.Issuer]);
        CheckUrls("Resource", [options.Resource]);
        CheckUrls("AuthorizationServers", options.AuthorizationServers);
        CheckUrls("ValidIssuers", options.ValidIssuers);
        CheckUrls("MetadataAddress", options.MetadataAddress?.Split('?', 2)[..1] ?? []);
        Check("Audiences", options.Audiences.Any(string.IsNullOrWhiteSpace) ? "must not have an empty value" : null);
        foreach (var claim in configuration.GetSection("OAuth:RequiredClaims").GetChildren().Select(child => child.Key))
        {
            var hasValues = options.RequiredClaims.GetValueOrDefault(claim) is { Length: > 0 };
            Check($"RequiredClaims:{claim}", hasValues ? null : "must be a list of accepted values");
        }

        foreach (var scope in Scopes.All.Concat(options.InitialScopes).Distinct())
        {
            Check("InitialScopes", FindScopeProblem(options.ScopePrefix + scope));
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"Not ready for {environment.EnvironmentName}:\n{string.Concat(problems)}");

        void CheckUrls(string setting, string[] urls) => Array.ForEach(urls, url => Check(setting, FindUrlProblem(url)));

        void Check(string setting, string? problem) => problems.AddRange(problem is null ? [] :
            [$"  - OAuth:{setting} {problem}. Set it in appsettings.json, or as environment variable OAuth__{setting}.\n"]);
    }

    // Quotes, and what is not printable ASCII, could not stand in the challenge.
    private string? FindUrlProblem(string value) => Uri.TryCreate(value, UriKind.Absolute, out var url) ? url switch
    {
        { Scheme: not ("https" or "http") } => $"must be an https URL, but is '{value}'",
        _ when value.Any(c => c is <= ' ' or '"' or '\\' or >= '\x7f') => $"must be plain ASCII, but is '{value}'",
        { Query: not "" } or { Fragment: not "" } or { UserInfo: not "" } => "must have no query, fragment or user name",
        _ when $".{url.Host}".EndsWith(".example.com", StringComparison.Ordinal) => $"still is the placeholder '{value}'",
        { Scheme: "http" } when !environment.IsDevelopment() => $"must be https outside Development, but is '{value}'",
        _ => null,
    } : $"must be an absolute URL, but is '{value}'";

    // RFC 6749, section 3.3.
    private static string? FindScopeProblem(string scope) =>
        scope.Length > 0 && scope.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~')) ? null
            : $", ScopePrefix or Scopes.cs has the scope '{scope}': only ASCII without blank, \" and \\ is allowed";
}
