using global::TodoServer.Authorization;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>Stops the start if settings cannot work, or have no effect.</summary>
internal sealed class McpEndpointOptionsValidator(IConfiguration configuration)
    : IValidateOptions<McpEndpointOptions>
{
    public ValidateOptionsResult Validate(string? name, McpEndpointOptions options)
    {
        var section = configuration.GetSection("Mcp");
        List<string> problems =
            [.. UnknownSettings.FindProblems<McpEndpointOptions>(section, options.OtherSettings)];
        AddTooSmall(problems, "RequestsPerMinute", options.RequestsPerMinute);
        AddTooSmall(problems, "UnfinishedRequests", options.UnfinishedRequests);
        AddTooSmall(problems, "BodySeconds", options.BodySeconds);
        AddTooSmall(problems, "ConcurrentRequests", options.ConcurrentRequests);
        AddTooSmall(problems, "ResponseBytesPerSecond", options.ResponseBytesPerSecond);
        if (options.DrainSeconds is < 0 or > 300)
        {
            problems.Add($"Mcp:DrainSeconds must be between 0 and 300, but is {options.DrainSeconds}.");
        }

        if (options.SubjectLogKey is { Length: < 16 })
        {
            problems.Add("Mcp:SubjectLogKey must have at least 16 characters, so that nobody can guess it.");
        }

        if (FindPathProblem(options.InternalPath) is { } pathProblem)
        {
            problems.Add($"Mcp:InternalPath {pathProblem}, but is '{options.InternalPath}'.");
        }

        AddProblems(problems, "Mcp:AllowedOrigins", options.AllowedOrigins, FindOriginProblem);
        AddProblems(problems, "Mcp:AllowedHosts", options.AllowedHosts, FindHostProblem);
        AddProblems(problems, "Mcp:OtherSettings", options.OtherSettings, _ => null);
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private static void AddTooSmall(List<string> problems, string setting, int value)
    {
        if (value < 1)
        {
            problems.Add($"Mcp:{setting} must be at least 1, but is {value}.");
        }
    }

    private void AddProblems(
        List<string> problems, string setting, string[] values, Func<string, string?> findProblem)
    {
        if (ListSettings.FindProblem(configuration, setting) is { } noList)
        {
            problems.Add($"{setting} {noList}.");
        }

        foreach (var (index, value) in values.Index())
        {
            if (findProblem(value) is { } problem)
            {
                problems.Add($"{setting}:{index} {problem}, but is '{value}'.");
            }
        }
    }

    private static string? FindPathProblem(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        return path[0] == '/' ? ResourceUrl.FindPathProblem(path) : "must begin with a slash, as '/mcp' does";
    }

    /// <summary>
    /// Browsers send the scheme, the host and, if it is not the default, the port (RFC 6454).
    /// </summary>
    private static string? FindOriginProblem(string value)
    {
        const string Problem = "must be an origin as browsers send it, such as 'https://app.contoso.com'";
        var isPlain = value.All(char.IsAscii) && !value.Contains('*', StringComparison.Ordinal);
        if (!isPlain || !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return Problem;
        }

        var origin = url.GetLeftPart(UriPartial.Authority);
        return value.Equals(origin, StringComparison.OrdinalIgnoreCase) ? null : Problem;
    }

    private static string? FindHostProblem(string value)
    {
        const string Problem = "must be a host without scheme and port, or '*' for all";
        if (value == "*")
        {
            return null;
        }

        var isHost = value.All(char.IsAscii) && Uri.CheckHostName(value) != UriHostNameType.Unknown;
        var isBare = value.Contains(':', StringComparison.Ordinal) && !value.StartsWith('[');
        return isHost && !isBare ? null : Problem;
    }
}
