#if DEBUG
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// An HTML page. It loads nothing from elsewhere, and runs only scripts whose hash is allowed.
/// </summary>
internal sealed partial class Page : IResult
{
    private static readonly string s_style = Style.ReplaceLineEndings("\n"); // As browsers hash it.

    private readonly string _html;
    private readonly string _policy;
    private readonly int _status;

    private Page(string html, string policy, int status)
    {
        _html = html;
        _policy = policy;
        _status = status;
    }

    /// <summary>Without form-action, which would block the redirect to the client.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; style-src {Hash(s_style)}";

    /// <param name="title">HTML, like the body.</param>
    /// <param name="body">The content below the title.</param>
    /// <param name="status">The status code of the response.</param>
    /// <param name="alsoAllowed">More directives for the Content-Security-Policy.</param>
    public static Page Create(string title, string body, int status = 200, string alsoAllowed = "")
    {
        var html = $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><style>{s_style}</style></head>
            <body><main><p class="note">For development, on this machine only</p>
            <h1>{title}</h1>{body}</main></body></html>
            """;
        return new Page(html, ContentSecurityPolicy + alsoAllowed, status);
    }

    public static IResult Error(OAuthError error) =>
        Create("Sign-in failed", $"<p>{Encode(error.Message)}</p>", error.Status);

    /// <summary>
    /// The source of a Content-Security-Policy that allows this style or script, and no other.
    /// </summary>
    public static string Hash(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return $"'sha256-{Convert.ToBase64String(hash)}'";
    }

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = _policy;
        http.Response.StatusCode = _status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(_html, http.RequestAborted);
    }
}
#endif
