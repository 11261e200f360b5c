using global::McpOAuthServer.Authorization;
using global::McpOAuthServer.Hosting;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Downstream;

/// <summary>
/// Stops the start if the settings of an API cannot work or are not safe. What is wrong is in the
/// same message as what is wrong with "OAuth".
/// </summary>
internal sealed class DownstreamOptionsValidator(
    IEnumerable<DownstreamName> names,
    IOptionsMonitor<DownstreamOptions> apis,
    IConfiguration configuration,
    IHostEnvironment environment) : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var failures = new List<string>();
        foreach (var api in names.Distinct())
        {
            var problems = FindProblems(api.Value, options);
            if (problems.Any)
            {
                failures.Add(
                    $"Not ready to call {api.Value}; AUTHORIZATION-SERVER.md says more:\n{problems}");
            }
        }

        if (failures.Count == 0)
        {
            return ValidateOptionsResult.Success;
        }

        return ValidateOptionsResult.Fail(failures);
    }

    private SettingProblems FindProblems(string name, OAuthOptions oauth)
    {
        var section = $"Downstream:{name}";
        var problems = new SettingProblems(configuration, section);
        CheckNames(section, problems);
        var api = apis.Get(name);
        CheckUrls(api, problems);
        CheckClient(api, section, problems);
        CheckTarget(api, oauth, problems);
        return problems;
    }

    private void CheckNames(string section, SettingProblems problems)
    {
        var settings = configuration.GetSection(section);
        foreach (var name in UnknownSettings.Find<DownstreamOptions>(settings, ["WhereToFind"]))
        {
            problems.AddSentence(
                $"{section}:{name} is not a setting of this server: correct its name or "
                + "remove it.");
        }
    }

    private void CheckUrls(DownstreamOptions api, SettingProblems problems)
    {
        problems.Add("BaseAddress", FindUrlProblem(api.BaseAddress));
        if (!string.IsNullOrEmpty(api.TokenEndpoint))
        {
            problems.Add("TokenEndpoint", FindUrlProblem(api.TokenEndpoint));
        }
    }

    private string? FindUrlProblem(string value)
    {
        if (value.Length == 0)
        {
            return "must not be empty";
        }

        var isUrl = Uri.TryCreate(value, UriKind.Absolute, out var url);
        if (!isUrl || url!.Scheme is not ("https" or "http"))
        {
            return $"must be an absolute https URL, but is '{value}'";
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            return "must have no query, fragment or user name";
        }

        if (url.Scheme == "http" && !environment.IsDevelopment())
        {
            return $"must be https outside Development, but is '{value}'";
        }

        return SettingProblems.FindPlaceholder(value);
    }

    private void CheckClient(DownstreamOptions api, string section, SettingProblems problems)
    {
        problems.Add("ClientId", SettingProblems.FindTextProblem(api.ClientId));
        var secrets = new ClientSecretProblems(configuration, section);
        if (!environment.IsDevelopment() && secrets.FindFile() is { } file)
        {
            problems.AddSentence(
                $"{section}: {file} must not contain a secret, since others can read it. "
                + $"{secrets.Advice}");
        }

        if (ClientSecretProblems.Find(api) is { } problem)
        {
            problems.AddSentence($"{section}:{problem}. {secrets.Advice}");
        }
    }

    private static void CheckTarget(
        DownstreamOptions api, OAuthOptions oauth, SettingProblems problems)
    {
        if (api.Scope.Length == 0 && api.Resource.Length == 0 && api.Audience.Length == 0)
        {
            problems.Add(
                "Scope", "or Resource or Audience is needed: it says which API the token is for");
        }

        if (api.OnBehalfOf && api.Scope.Length == 0)
        {
            problems.Add("Scope", "is needed with OnBehalfOf, such as 'api://the-api/.default'");
        }

        problems.Add("Scope", SettingProblems.FindPlaceholder(api.Scope));
        problems.Add("Audience", FindTargetProblem(api.Audience, oauth));
        problems.Add("Resource", FindResourceProblem(api.Resource, oauth));
    }

    private static string? FindResourceProblem(string resource, OAuthOptions oauth)
    {
        if (resource.Length == 0)
        {
            return null;
        }

        // RFC 8707, section 2.
        var isUri = Uri.TryCreate(resource, UriKind.Absolute, out var uri);
        if (!isUri || uri!.Fragment.Length > 0)
        {
            return $"must be an absolute URI without a fragment, but is '{resource}'";
        }

        return FindTargetProblem(resource, oauth);
    }

    private static string? FindTargetProblem(string target, OAuthOptions oauth)
    {
        string[] own = [oauth.Resource, .. oauth.AcceptedAudiences];
        var isOwn = own.Any(value => IsSame(value, target));
        if (target.Length > 0 && isOwn)
        {
            return "must be the other API, not this server itself";
        }

        return SettingProblems.FindPlaceholder(target);
    }

    private static bool IsSame(string one, string other) =>
        one.TrimEnd('/').Equals(other.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
