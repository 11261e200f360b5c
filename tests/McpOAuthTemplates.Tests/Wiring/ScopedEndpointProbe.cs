using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>Endpoints of the app itself that have got [RequireScope]: the challenges of MCP, beside a cookie for the others.</summary>
internal static class ScopedEndpointProbe
{
    public static async Task<IReadOnlyList<string>> RunAsync(ExistingApp app, ServerProcess server, AppCallers callers)
    {
        var resource = app.GetResource(server);
        var metadata = new Uri(server.Address, ".well-known/oauth-protected-resource/mcp").AbsoluteUri;
        var unauthorized = $"Bearer realm=\"OAuth\", resource_metadata=\"{metadata}\", scope=\"todo:read todo:write\"";
        var insufficient = "Bearer realm=\"OAuth\", error=\"insufficient_scope\", "
            + "error_description=\"This operation requires the scope todo:write.\", "
            + $"scope=\"todo:read todo:write\", resource_metadata=\"{metadata}\"";
        var cookie = await AppCallers.SignInAsync(server);
        (string? Token, string? Cookie, int Status, string Challenge)[] table =
        [
            (null, null, 401, unauthorized),
            (null, cookie, 401, unauthorized),
            (callers.Issuer.CreateToken(resource, "todo:read"), null, 403, insufficient),
            (callers.Issuer.CreateToken(resource, "todo:read"), cookie, 403, insufficient),
            (callers.Issuer.CreateToken(resource, "todo:write"), null, 200, ""),
            (callers.Issuer.CreateToken(resource, "todo:write"), cookie, 200, ""),
            (callers.OwnIssuer.CreateToken(resource, "todo:write"), null, 401, unauthorized + ", error=\"invalid_token\""),
        ];
        var problems = new List<string>();
        foreach (var path in new[] { "/minimal", "/controller" })
        {
            foreach (var (token, sent, status, challenge) in table)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = token is null ? null : new("Bearer", token);
                if (sent is not null)
                {
                    request.Headers.Add("Cookie", sent);
                }

                using var response = await server.Client.SendAsync(request);
                var actual = response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? $"{values}" : "";
                if ((int)response.StatusCode != status || !actual.StartsWith(challenge, StringComparison.Ordinal))
                {
                    var caller = $"{(token is null ? "no token" : "token")}, {(sent is null ? "no cookie" : "cookie")}";
                    problems.Add($"{path}, {caller}: expected {status} {challenge}, but got {(int)response.StatusCode} {actual}");
                }
            }
        }

        return problems;
    }
}
