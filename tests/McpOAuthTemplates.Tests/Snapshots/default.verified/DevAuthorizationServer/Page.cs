#if DEBUG
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>What people see. Nothing is loaded from elsewhere, and no script runs unless its hash is allowed.</summary>
internal static partial class Page
{
    private static readonly string s_style = Style.ReplaceLineEndings("\n"); // As browsers hash it.

    /// <summary>It has no form-action, which would stop the way back to the client.</summary>
    public static string ContentSecurityPolicy { get; } = "default-src 'none'; frame-ancestors 'none'; base-uri 'none';"
        + $" style-src {Hash(s_style)}";

    /// <summary>The source of a Content-Security-Policy that allows this style or script, and no other.</summary>
    public static string Hash(string text) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    public static IResult Error(OAuthError error) =>
        Html("Sign-in failed", $"<p>{Encode(error.Message)}</p>", error.Status);

    public static IResult Consent(AuthorizationRequest request, string resource, string handle)
    {
        var (client, target) = (request.Client, new Uri(request.RedirectUri));
        var name = Encode(string.Concat((client.ClientName ?? "an application without a name").Take(100)));
        var origin = target.Scheme is "http" or "https" ? target.Authority : $"{target.Scheme}://{target.Authority}";
        var about = Client.IsUrl(client.ClientId!) ? $"<dt>It is</dt><dd>{Encode(client.ClientId!)}</dd>" : "";
        return Html($"Allow {name}?", $"""
            <dl>{about}<dt>It wants to use</dt><dd>{Encode(resource)}</dd>
            <dt>You are sent back to</dt><dd>{Encode(origin)}</dd></dl>
            <form method="post" action="authorize"><input type="hidden" name="request" value="{handle}">
            <label><span class="soft">Sign in as</span>
            <input type="text" name="user" value="dev-user" maxlength="100"></label>
            <fieldset><legend>With these permissions</legend>{string.Concat(request.Scopes.Select(scope => $"""
            <label class="scope"><input type="checkbox" checked name="scope" value="{Encode(scope)}">
            <code>{Encode(scope)}</code></label>
            """))}</fieldset><div class="buttons"><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny">Deny</button></div></form>
            """, StatusCodes.Status200OK);
    }

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public static IResult Html(string title, string body, int status) => Results.Content($"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><style>{s_style}</style></head>
        <body><main><p class="note">For development, on this machine only</p>
        <h1>{title}</h1>{body}</main></body></html>
        """, "text/html", Encoding.UTF8, status);
}
#endif
