using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>What an app answers to its own requests, as text that two runs have in common.</summary>
internal static partial class OwnAnswers
{
    // They differ with each run, or say how the connection is used.
    private static readonly string[] s_chance = ["Date", "Last-Modified", "ETag", "Content-Length", "Transfer-Encoding", "Age"];

    /// <summary>Sends the requests one after the other. The MCP token is only there once the app is wired.</summary>
    public static async Task<IReadOnlyList<string>> RecordAsync(ExistingApp app, ServerProcess server, AppCallers callers, bool isWired)
    {
        var answers = new List<string>();
        foreach (var request in app.Requests)
        {
            for (var time = 1; time <= request.Times; time++)
            {
                using var message = await CreateAsync(app, request, server, callers, isWired);
                using var response = await server.Client.SendAsync(message);
                var answer = await DescribeAsync(request, response);
                answers.Add($"{request} ({time})\n{Normalize(answer, server)}");
            }
        }

        return answers;
    }

    private static async Task<HttpRequestMessage> CreateAsync(
        ExistingApp app, OwnRequest request, ServerProcess server, AppCallers callers, bool isWired)
    {
        var message = request.ToMessage();
        if (request.Tool is not null)
        {
            var token = isWired ? callers.CreateMcpToken(app, server) : null;
            message.Dispose();
            message = McpRequests.Create("tools/call", token, new { name = request.Tool });
        }

        switch (request.By)
        {
            case Caller.SignedIn:
                message.Headers.Add("Cookie", await AppCallers.SignInAsync(server));
                break;
            case Caller.OwnToken:
                message.Headers.Add("Authorization", "Bearer " + callers.CreateOwnToken());
                break;
            case Caller.McpToken:
                message.Headers.Add("Authorization", "Bearer " + callers.CreateMcpToken(app, server));
                break;
        }

        return message;
    }

    private static async Task<string> DescribeAsync(OwnRequest request, HttpResponseMessage response)
    {
        List<string> lines = [$"{(int)response.StatusCode}"];
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated);
        foreach (var header in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (!s_chance.Contains(header.Key))
            {
                lines.Add($"{header.Key}: {string.Join(" | ", header.Value)}");
            }
        }

        if (request.HasStableBody)
        {
            lines.Add(await response.Content.ReadAsStringAsync());
        }

        return string.Join('\n', lines);
    }

    private static string Normalize(string answer, ServerProcess server)
    {
        answer = answer.Replace(server.Address.Authority, "HOST", StringComparison.Ordinal);
        answer = Protected.Replace(answer, "PROTECTED");
        answer = OfFolder.Replace(answer, "$1");
        return Identifier.Replace(answer, "IDENTIFIER");
    }

    // What ASP.NET Core's data protection has made: cookies, tokens against forgery, states of components.
    [GeneratedRegex(@"CfDJ8(?:[A-Za-z0-9_/+=%-]|\\u00[0-9A-F]{2})+")]
    private static partial Regex Protected { get; }

    // Names that ASP.NET Core derives from the folder of the app.
    [GeneratedRegex(@"(\.AspNetCore\.Antiforgery\.)[\w-]+")]
    private static partial Regex OfFolder { get; }

    // Of traces and of components, and connections of a hub.
    [GeneratedRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]|[0-9a-f]{32}|(?<=\"connection(?:Id|Token)\":\")[^\"]+")]
    private static partial Regex Identifier { get; }
}
