using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TodoServer.Authorization;

/// <summary>
/// Accepts only messages in JSON in UTF-8 (RFC 8259, section 8.1): in another encoding, the SDK
/// could read a different message.
/// </summary>
internal static class MessageFormat
{
    private const string Json = "application/json";

    private const string NotJson =
        "The Content-Type must be application/json; its charset can only be utf-8.";

    private const string Compressed =
        "The message must not be compressed, as its Content-Encoding says it is.";

    /// <summary>Answers 415 to other messages, with the accepted format.</summary>
    public static async Task<bool> AllowAsync(HttpContext http)
    {
        if (http.Request.Headers.ContentEncoding is { Count: > 0 } coding && coding != "identity")
        {
            http.Response.Headers.AcceptEncoding = "identity";
            await Refusal.WriteAsync(http, 415, new("invalid_request", Compressed));
            return false;
        }

        if (http.Request.ContentType == Json)
        {
            return true;
        }

        if (!IsUtf8Json(http.Request.ContentType))
        {
            http.Response.Headers.Accept = Json;
            await Refusal.WriteAsync(http, 415, new("invalid_request", NotJson));
            return false;
        }

        // The SDK does not accept all forms that are allowed.
        http.Request.ContentType = Json;
        return true;
    }

    private static bool IsUtf8Json(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return false;
        }

        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        return Is(type.MediaType, Json) && (!type.Charset.HasValue || Is(charset, "utf-8"));
    }

    private static bool Is(StringSegment text, string expected) =>
        text.Equals(expected, StringComparison.OrdinalIgnoreCase);
}
