using global::TodoServer.Hosting;
using Microsoft.Extensions.Options;

namespace TodoServer.Authorization;

/// <summary>
/// Stops the start if settings cannot work or are not safe, with one message that lists them all.
/// OAuth:WhereToFind in the settings says where to find a value.
/// </summary>
internal sealed class OAuthOptionsValidator(IHostEnvironment environment, IConfiguration configuration)
    : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var problems = new SettingProblems(configuration);
        CheckNames(options, problems);
        CheckLists(problems);
        CheckUrls(options, problems);
        CheckTokens(options, problems);
        CheckScopes(options, problems);
        if (!problems.Any)
        {
            return ValidateOptionsResult.Success;
        }

        return ValidateOptionsResult.Fail($"Not ready for {environment.EnvironmentName}:\n{problems}");
    }

    private void CheckNames(OAuthOptions options, SettingProblems problems)
    {
        string[] others = ["WhereToFind", .. options.OtherSettings];
        var section = configuration.GetSection("OAuth");
        foreach (var problem in UnknownSettings.FindProblems<OAuthOptions>(section, others))
        {
            problems.AddSentence(problem);
        }
    }

    private void CheckLists(SettingProblems problems)
    {
        string[] lists =
            ["Audiences", "AuthorizationServers", "InitialScopes", "OtherSettings", "ValidIssuers"];
        foreach (var list in lists)
        {
            problems.Add(list, ListSettings.FindProblem(configuration, $"OAuth:{list}"));
        }
    }

    private void CheckUrls(OAuthOptions options, SettingProblems problems)
    {
        problems.Add("Issuer", FindOwnIssuerProblem(options.Issuer) ?? FindUrlProblem(options.Issuer));
        var resource = options.Resource;
        problems.Add("Resource", FindUrlProblem(resource) ?? ResourceUrl.FindProblem(resource));
        problems.Add("DevelopmentAddress", FindDevelopmentAddressProblem(options.DevelopmentAddress));
        problems.AddAll("AuthorizationServers", options.AuthorizationServers, FindUrlProblem);
        problems.AddAll("ValidIssuers", options.ValidIssuers, FindUriProblem);
        if (options.MetadataAddress is { } address)
        {
            var withoutQuery = address.Split('?', 2)[0];
            problems.Add("MetadataAddress", FindUrlProblem(withoutQuery));
        }
    }

    private void CheckTokens(OAuthOptions options, SettingProblems problems)
    {
        problems.AddAll("Audiences", options.Audiences, SettingProblems.FindTextProblem);
        problems.Add("TokenCacheSeconds", FindNegative(options.TokenCacheSeconds));
        problems.Add("TokenCacheSize", FindNegative(options.TokenCacheSize));
        problems.Add("KeyRefreshSeconds", FindRangeProblem(options.KeyRefreshSeconds, 450));
        problems.Add("UnknownKeyRefreshSeconds", FindRangeProblem(options.UnknownKeyRefreshSeconds, 300));
        foreach (var claim in configuration.GetSection("OAuth:RequiredClaims").GetChildren())
        {
            var setting = $"RequiredClaims:{claim.Key}";
            var accepted = options.RequiredClaims.GetValueOrDefault(claim.Key) ?? [];
            if (accepted.Length == 0)
            {
                problems.Add(setting, "must be a list of accepted values");
            }

            problems.AddAll(setting, accepted, SettingProblems.FindTextProblem);
        }

        // Without an audience, only the client shows that a token is not for another server of the
        // same issuer.
        var namesClients = AccessTokenExtensions.ClientClaims.Any(options.RequiredClaims.ContainsKey);
        if (options.AllowMissingAudience && !namesClients)
        {
            problems.Add(
                "AllowMissingAudience",
                "needs OAuth:RequiredClaims:client_id with the clients of this server, which then "
                + "stand for the audience");
        }
    }

    private static void CheckScopes(OAuthOptions options, SettingProblems problems)
    {
        problems.Add("ScopePrefix", FindPrefixProblem(options.ScopePrefix));
        foreach (var scope in Scopes.All.Concat(options.InitialScopes).Distinct())
        {
            problems.Add("InitialScopes", FindScopeProblem(options.ScopePrefix + scope));
        }
    }

    private static string? FindNegative(int value)
    {
        return value < 0 ? "must not be negative" : null;
    }

    private static string? FindRangeProblem(int value, int maximum)
    {
        if (value < 1 || value > maximum)
        {
            return $"must be between 1 and {maximum}, but is {value}";
        }

        return null;
    }

    /// <summary>
    /// An issuer that is only compared can be any StringOrURI (RFC 7519, section 2): a URI if it
    /// has a colon.
    /// </summary>
    private static string? FindUriProblem(string value)
    {
        if (value.Contains(':', StringComparison.Ordinal) && !Uri.TryCreate(value, UriKind.Absolute, out _))
        {
            return $"must be a URI, since it has a colon, but is '{value}'";
        }

        return SettingProblems.FindTextProblem(value);
    }

    private string? FindUrlProblem(string value)
    {
        if (environment.IsDevelopment() && value.StartsWith('/'))
        {
            return "is a path of this server, which does not listen on a TCP address: start it with --urls "
                + "http://localhost:5000, or specify a URL";
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var url))
        {
            return $"must be an absolute URL, but is '{value}'";
        }

        if (url.Scheme is not ("https" or "http"))
        {
            return $"must be an https URL, but is '{value}'";
        }

        if (value.Any(CannotBeInHeader))
        {
            return $"must be plain ASCII, but is '{value}'";
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

    // The server and its clients would have to trust the development certificate to read the keys.
    private string? FindOwnIssuerProblem(string issuer)
    {
        var isOwn = environment.IsDevelopment() && configuration["OAuth:Issuer"] is ['/', ..];
        if (!isOwn || !issuer.StartsWith("https:", StringComparison.Ordinal))
        {
            return null;
        }

        return "is a path of this server, which does not listen on an http address: add http://localhost:5000 to "
            + "applicationUrl in Properties/launchSettings.json, start it with --urls http://localhost:5000, "
            + "or take another issuer";
    }

    private string? FindDevelopmentAddressProblem(string? address)
    {
        if (address is null)
        {
            return null;
        }

        if (!environment.IsDevelopment())
        {
            return "has a meaning in Development only: remove it, and name the URLs themselves";
        }

        if (FindUrlProblem(address) is { } problem)
        {
            return problem;
        }

        return new Uri(address).AbsolutePath == "/" ? null : $"must have no path, but is '{address}'";
    }

    private static string? FindPrefixProblem(string prefix)
    {
        if (prefix.Length == 0)
        {
            return null;
        }

        if (char.IsAsciiLetterOrDigit(prefix[^1]))
        {
            return $"must end with a separator, as '{prefix}/' does";
        }

        if (Scopes.All.FirstOrDefault(scope => scope.StartsWith(prefix, StringComparison.Ordinal)) is { } doubled)
        {
            return $"must not be in Scopes.cs as well, as in '{doubled}'";
        }

        return SettingProblems.FindPlaceholder(prefix);
    }

    private static string? FindScopeProblem(string scope)
    {
        if (scope.Length > 0 && scope.All(IsOfScope))
        {
            return null;
        }

        return $", ScopePrefix or Scopes.cs has the scope '{scope}': only ASCII without spaces, \" and \\ is allowed";
    }

    // RFC 6749, section 3.3.
    private static bool IsOfScope(char c) => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~');

    private static bool CannotBeInHeader(char c) => c is <= ' ' or '"' or '\\' or >= '\x7f';
}
