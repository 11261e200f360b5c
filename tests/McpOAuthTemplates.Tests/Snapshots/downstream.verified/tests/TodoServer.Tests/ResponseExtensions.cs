using System.Text.Json.Nodes;

namespace TodoServer.Tests;

internal static class ResponseExtensions
{
    /// <summary>The one WWW-Authenticate header, exactly as it was sent.</summary>
    public static string GetChallenge(this HttpResponseMessage response) =>
        Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]);

    /// <summary>A member of the result, which comes as JSON or as an event with JSON.</summary>
    public static async Task<JsonNode> ReadResultAsync(
        this HttpResponseMessage response, string member)
    {
        var body = await response.Content.ReadAsStringAsync();
        var json = body[body.IndexOf('{')..body.LastIndexOf('}')] + "}";
        return JsonNode.Parse(json)!["result"]![member]!;
    }
}
