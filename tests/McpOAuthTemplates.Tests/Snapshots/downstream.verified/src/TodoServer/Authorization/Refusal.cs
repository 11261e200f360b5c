using System.Text.Json.Serialization;
using global::TodoServer.Hosting;

namespace TodoServer.Authorization;

/// <summary>The small JSON body of each refusal, in the form of RFC 6749, section 5.2.</summary>
internal sealed record Refusal(string Error, string ErrorDescription, string? Scope = null)
{
    public static Task WriteAsync(HttpContext http, int status, Refusal error)
    {
        var log = http.RequestServices.GetRequiredService<RefusalLog>();
        log.Write(http, status, error.Error, error.ErrorDescription);
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(error, RefusalContext.Default.Refusal);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class RefusalContext : JsonSerializerContext;
