namespace TodoServer.Tests;

internal static class ResponseExtensions
{
    /// <summary>The one WWW-Authenticate header, exactly as it was sent.</summary>
    public static string GetChallenge(this HttpResponseMessage response) =>
        Assert.Single(response.Headers.NonValidated["WWW-Authenticate"]);
}
