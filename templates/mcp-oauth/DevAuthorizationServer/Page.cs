using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>What people see. Nothing is loaded from elsewhere, and nothing runs.</summary>
internal static class Page
{
    private const string Style = """
        :root { color-scheme: light dark; --back: #f3f4f6; --card: #fff; --text: #1f2328; --soft: #57606a; --line: #d0d7de;
          --accent: #0b57d0; --on: #fff; --note: #fff4cf }
        @media (prefers-color-scheme: dark) { :root { --back: #0d1117; --card: #161b22; --text: #e6edf3; --soft: #9da7b3;
          --line: #3d444d; --accent: #79b8ff; --on: #0d1117; --note: #3a2f0b } }
        * { box-sizing: border-box } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        body { margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center; background: var(--back);
          color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
        main { width: 100%; max-width: 28rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
        .note { margin: 0; padding: .4rem .75rem; border-radius: 8px; background: var(--note); font-size: .875rem }
        h1 { margin: 1rem 0; font-size: 1.35rem; line-height: 1.3 } dt, legend, .label { color: var(--soft); font-size: .875rem }
        dd { margin: 0 0 .75rem } fieldset { margin: 1rem 0; padding: .25rem 1rem .5rem; border: 1px solid var(--line); border-radius: 8px }
        .scope { display: flex; gap: .6rem; padding: .35rem 0 } input[type=checkbox] { width: 1.2rem; height: 1.2rem; accent-color: var(--accent) }
        input[type=text], button { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: none;
          border: 1px solid var(--soft); border-radius: 8px }
        .buttons { display: flex; gap: .75rem } button { cursor: pointer; font-weight: 600 }
        button[value=allow] { background: var(--accent); border-color: var(--accent); color: var(--on) }
        """;

    private static readonly string s_policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style))) + "'";

    public static IResult Error(OAuthError error) => new Html("Sign-in failed", $"<p>{Encode(error.Message)}</p>", error.Status);

    public static IResult Consent(AuthorizationRequest request, string resource, string handle)
    {
        var name = request.Client.ClientName is { Length: > 0 } given ? given[..Math.Min(given.Length, 100)] : "A client without a name";
        var id = ClientMetadataDocument.IsUrl(request.Client.ClientId!) ? $"<dt>Described at</dt><dd>{Encode(request.Client.ClientId!)}</dd>" : "";
        var target = new Uri(request.RedirectUri);
        var scopes = string.Concat(request.Scopes.Select(scope => $"""
            <label class="scope"><input type="checkbox" name="scope" value="{Encode(scope)}" checked> <span>{Encode(scope)}</span></label>
            """));
        return new Html($"Allow {Encode(name)}?", $"""
            <dl>{id}<dt>It wants to use</dt><dd>{Encode(resource)}</dd>
            <dt>Then you go back to</dt><dd>{Encode(target.Scheme is "http" or "https" ? target.Authority : $"{target.Scheme}://{target.Authority}")}</dd></dl>
            <form method="post"><input type="hidden" name="request" value="{handle}">
            <label><span class="label">Sign in as</span><input type="text" name="user" value="dev-user" maxlength="100" autocomplete="off"></label>
            <fieldset><legend>It may use these scopes</legend>{scopes}</fieldset>
            <div class="buttons"><button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></div></form>
            """, StatusCodes.Status200OK);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private sealed class Html(string title, string body, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status == 401 ? 400 : status;
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.ContentSecurityPolicy = s_policy;
            http.Response.Headers.XFrameOptions = "DENY";
            http.Response.Headers["Referrer-Policy"] = "same-origin"; // Without a referrer, the Origin of the form would be null.
            return http.Response.WriteAsync($"""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"><style>{Style}</style></head>
                <body><main><p class="note">Development sign-in, for this machine only</p><h1>{title}</h1>
                {body}</main></body></html>
                """);
        }
    }
}
