namespace TodoServer.Authorization;

/// <summary>The path at which the MCP endpoint answers: that of OAuth:Resource.</summary>
internal sealed record ResourcePath(string Value)
{
    /// <summary>Without a slash at its end, so that it is empty for the root of a host.</summary>
    public string Value { get; } = ("/" + Value.Trim('/')).TrimEnd('/');

    /// <summary>Whether a proxy replaces the path, so that clients use another one.</summary>
    public bool IsInternal { get; init; }

    /// <summary>
    /// The path at which requests arrive: Mcp:InternalPath, or else that of OAuth:Resource.
    /// </summary>
    public static ResourcePath ReadInternal(IConfiguration configuration)
    {
        var path = configuration["Mcp:InternalPath"] ?? "";
        if (!path.StartsWith('/') || ResourceUrl.FindPathProblem(path) is not null)
        {
            return Read(configuration); // It is not set, or the validator stops the start.
        }

        return new ResourcePath(path) { IsInternal = true };
    }

    /// <summary>
    /// Reads the setting directly: the validated options are not available before the app starts,
    /// since tools that only inspect its endpoints, such as the OpenAPI document generator, run
    /// without settings.
    /// </summary>
    public static ResourcePath Read(IConfiguration configuration)
    {
        var resource = configuration["OAuth:Resource"] ?? "";
        var path = resource;
        if (!resource.StartsWith('/') && Uri.TryCreate(resource, UriKind.Absolute, out var url))
        {
            path = url.AbsolutePath;
        }

        if (!path.StartsWith('/') || ResourceUrl.FindPathProblem(path) is not null)
        {
            path = "/mcp"; // The app will not start.
        }

        return new ResourcePath(path);
    }

    /// <summary>
    /// The paths that routing may see: UsePathBase removes a path base, which is the beginning of
    /// the resource's path. For /base/mcp, these are /base/mcp and /mcp.
    /// </summary>
    public IEnumerable<string> GetRoutes()
    {
        yield return Value;
        if (IsInternal)
        {
            yield break;
        }

        for (var i = 1; i < Value.Length; i++)
        {
            if (Value[i] == '/')
            {
                yield return Value[i..];
            }
        }
    }
}
