using global::TodoServer.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace TodoServer.Authorization;

/// <summary>
/// Answers 400 to a message that cannot be read, with a JSON-RPC error, as the SDK does.
/// </summary>
internal static class McpError
{
    private const string NoMessage = "The body is not a JSON-RPC message of MCP.";

    private const string NoParameters =
        "The params of the message cannot be read: one is missing, occurs twice, has the wrong type, or "
        + "is too long.";

    public static Task WriteAsync(HttpContext http, JsonRpcMessage? message)
    {
        var error = new JsonRpcError { Error = Create(McpErrorCode.InvalidRequest, NoMessage) };
        if (message is not null)
        {
            error = new JsonRpcError { Error = Create(McpErrorCode.InvalidParams, NoParameters) };
        }

        if (message is JsonRpcRequest request)
        {
            error.Id = request.Id;
        }

        var log = http.RequestServices.GetRequiredService<RefusalLog>();
        log.Write(http, 400, "invalid_request", error.Error.Message);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        var type = McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcError));
        return http.Response.WriteAsJsonAsync(error, type);
    }

    private static JsonRpcErrorDetail Create(McpErrorCode code, string message) =>
        new() { Code = (int)code, Message = message };
}
