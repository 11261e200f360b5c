namespace TodoServer.Authorization;

/// <summary>
/// The form that OAuth:Resource must have: clients compare it character by character, and its path
/// is that of the endpoint.
/// </summary>
internal static class ResourceUrl
{
    public static string? FindProblem(string value)
    {
        var url = new Uri(value);
        var normal = url.AbsoluteUri;
        if (url.AbsolutePath == "/")
        {
            normal = normal.TrimEnd('/');
        }

        if (value != normal)
        {
            return $"must be written as clients write it, '{normal}', but is '{value}'";
        }

        return FindHostProblem(url) ?? FindPathProblem(url.AbsolutePath);
    }

    // Clients and servers read these in different ways.
    private static string? FindHostProblem(Uri url)
    {
        if (url.Port == 0)
        {
            return "must not have the port 0";
        }

        if (url.HostNameType == UriHostNameType.IPv6)
        {
            return url.Host.Contains('.') ? "must not have an IPv4 address within an IPv6 address" : null;
        }

        var labels = url.Host.Split('.');
        var endsWithNumber = labels[^1].All(char.IsAsciiDigit);
        if (endsWithNumber && url.HostNameType != UriHostNameType.IPv4)
        {
            return $"must not have a host that ends with a number and is no IPv4 address, '{url.Host}'";
        }

        if (!labels.All(IsPlainLabel))
        {
            return $"must have a host of letters, digits and '-', but is '{url.Host}'";
        }

        return null;
    }

    private static bool IsPlainLabel(string label) =>
        label.Length > 0 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>
    /// Proxies and clients change other characters, so the server would receive another path.
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

    // The option --resource accepts the same.
    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '~' or '-';
}
