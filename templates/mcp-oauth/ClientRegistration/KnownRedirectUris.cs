using global::McpOAuthServer.Authorization;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// Which redirect URIs can be in the settings, and which ones of a client are meant by them.
/// </summary>
internal static class KnownRedirectUris
{
    // Entra ID takes no longer ones.
    private const int MaxLength = 256;

    private static readonly string[] s_loopback =
        ["http://localhost", "http://127.0.0.1", "http://[::1]"];

    // Browsers run these, or show them, themselves.
    private static readonly string[] s_browserSchemes =
        ["about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"];

    /// <summary>
    /// Whether one of the known URIs is the same, letter by letter. A program listens on whatever
    /// port is free (RFC 8252, section 7.3), so that only the port of a loopback URI may differ.
    /// </summary>
    public static bool Contains(string[] known, string? uri)
    {
        if (uri is null)
        {
            return false;
        }

        return Array.Exists(known, one => one == uri || IsSameButForPort(one, uri));
    }

    /// <summary>Why a redirect URI cannot be in the settings, or null.</summary>
    public static string? FindProblem(string uri)
    {
        if (uri.Length > MaxLength)
        {
            return $"must have at most {MaxLength} characters";
        }

        if (uri.Contains('*', StringComparison.Ordinal))
        {
            return $"must have no wildcard, but is '{uri}'";
        }

        if (!Uri.TryCreate(uri, UriKind.Absolute, out var url))
        {
            return $"must be an absolute URI, but is '{uri}'";
        }

        if (url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            return $"must have no fragment or user name, but is '{uri}'";
        }

        if (url.AbsoluteUri != uri && url.AbsoluteUri != $"{uri}/")
        {
            var normal = url.AbsoluteUri;
            return $"must be written as clients write it, '{normal}', but is '{uri}'";
        }

        return FindSchemeProblem(url) ?? SettingProblems.FindPlaceholder(uri);
    }

    private static string? FindSchemeProblem(Uri url)
    {
        if (s_browserSchemes.Contains(url.Scheme))
        {
            return $"must not have the scheme '{url.Scheme}'";
        }

        if (url.Scheme != "http")
        {
            return null;
        }

        if (!s_loopback.Contains($"http://{url.Host}"))
        {
            return $"must be https, or http for localhost, 127.0.0.1 or [::1], but is '{url}'";
        }

        if (!url.IsDefaultPort)
        {
            return $"must have no port, since each is accepted, but is '{url}'";
        }

        return null;
    }

    private static bool IsSameButForPort(string known, string uri)
    {
        if (Array.Find(s_loopback, host => IsOf(host, known)) is not { } host)
        {
            return false;
        }

        var start = $"{host}:";
        var end = known[host.Length..];
        if (uri.Length <= start.Length + end.Length)
        {
            return false;
        }

        return uri.StartsWith(start, StringComparison.Ordinal)
            && uri.EndsWith(end, StringComparison.Ordinal)
            && IsPort(uri[start.Length..^end.Length]);
    }

    private static bool IsOf(string host, string uri) =>
        uri == host || uri.StartsWith($"{host}/", StringComparison.Ordinal);

    private static bool IsPort(string text) =>
        text.All(char.IsAsciiDigit) && text[0] != '0' && ushort.TryParse(text, out _);
}
