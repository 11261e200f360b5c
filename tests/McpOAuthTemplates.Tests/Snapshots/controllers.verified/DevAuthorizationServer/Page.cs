using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>What people see. Nothing is loaded from elsewhere, and nothing runs.</summary>
internal static class Page
{
    private static readonly string s_style = """
        :root { color-scheme: light dark; --back: light-dark(#f3f4f6, #0d1117); --card: light-dark(#fff, #161b22);
          --text: light-dark(#1f2328, #e6edf3); --soft: light-dark(#57606a, #9da7b3); --on: light-dark(#fff, #0d1117);
          --line: light-dark(#d0d7de, #454d57); --accent: light-dark(#0b57d0, #79b8ff) }
        * { box-sizing: border-box } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        body { margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center; background: var(--back);
          color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
        main, fieldset { border: 1px solid var(--line); border-radius: .75rem }
        main { width: 100%; max-width: 28rem; padding: 1.5rem; background: var(--card) }
        .note { margin: 0; padding: .4rem .75rem; border-radius: .5rem; background: light-dark(#fff4cf, #3a2f0b) }
        h1 { margin: 1rem 0; font-size: 1.35rem; line-height: 1.3 } dd { margin: 0 0 .75rem } form { margin: 0 }
        fieldset { margin: 1rem 0; padding: .25rem 1rem .5rem } dt, legend, .soft { color: var(--soft) }
        .scope, .buttons { display: flex; gap: .75rem; padding: .3rem 0 } [type=checkbox] { width: 1.2rem }
        [type=text], button { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: none;
          border: 1px solid var(--soft); border-radius: .5rem } button { cursor: pointer; font-weight: 600 }
        [value=allow] { background: var(--accent); border-color: var(--accent); color: var(--on) }
        """.ReplaceLineEndings("\n"); // As browsers hash it.

    /// <summary>It has no form-action, which would stop the way back to the client.</summary>
    public static string ContentSecurityPolicy { get; } = "default-src 'none'; frame-ancestors 'none'; base-uri 'none';"
        + $" style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(s_style)))}'";

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
            <label class="scope"><input type="checkbox" checked name="scope" value="{Encode(scope)}">{Encode(scope)}
            </label>
            """))}</fieldset><div class="buttons"><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny">Deny</button></div></form>
            """, StatusCodes.Status200OK);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static IResult Html(string title, string body, int status) => Results.Content($"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><style>{s_style}</style></head>
        <body><main><p class="note">Development sign-in, for this machine only</p>
        <h1>{title}</h1>{body}</main></body></html>
        """, "text/html", Encoding.UTF8, status);
}
