namespace TodoServer.Authorization;

/// <summary>
/// The form that OAuth:Resource needs: clients compare it letter by letter, and the server answers
/// at its path.
/// </summary>
internal static class ResourceUrl
{
    public static string? FindProblem(string value)
    {
        var url = new Uri(value);
        var normal = url.AbsoluteUri.TrimEnd('/');
        if (value.TrimEnd('/') != normal)
        {
            return $"must be written as clients write it, '{normal}', but is '{value}'";
        }

        return FindPathProblem(url.AbsolutePath);
    }

    /// <summary>
    /// Proxies and clients change what is not plain, so that the path would be another one on its
    /// way here.
    /// </summary>
    public static string? FindPathProblem(string path)
    {
        if (path.Contains("//", StringComparison.Ordinal))
        {
            return "must not have an empty part, '//', in its path";
        }

        if (path.Length > 1 && path.EndsWith('/'))
        {
            return "must not end with a slash";
        }

        if (!path.All(IsPlain))
        {
            return "must have only letters, digits, '.', '_', '~' and '-' in its path";
        }

        if (path.Split('/').Any(part => part is "." or ".."))
        {
            return "must not have '.' or '..' as a part of its path";
        }

        return null;
    }

    // What --resource accepts, too.
    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '~' or '-';
}
