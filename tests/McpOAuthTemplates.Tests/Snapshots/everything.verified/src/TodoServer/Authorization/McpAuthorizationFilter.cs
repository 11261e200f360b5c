using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Authorizes the called tool, prompt or resource before the SDK starts its response, whose status could not become 403
/// any more. Behind it, the filters of the SDK check the same attributes once again. Not an endpoint filter: those are made for
/// handlers with arguments and results, which costs time at the start and on each request.
/// </summary>
internal sealed class McpAuthorizationFilter(
    IOptions<McpServerOptions> mcp,
    IAuthorizationPolicyProvider policies,
    IAuthorizationMiddlewareResultHandler resultHandler)
{
    private static readonly JsonSerializerOptions s_options =
        new(McpJsonUtilities.DefaultOptions) { AllowDuplicateProperties = false }; // They could be read in two ways.

    private readonly ConditionalWeakTable<IMcpServerPrimitive, Task<AuthorizationPolicy?>> _policies = [];

    public RequestDelegate Wrap(RequestDelegate next) => http => InvokeAsync(http, next);

    private async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsPost(http.Request.Method) && !IsUtf8Json(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        IMcpServerPrimitive? primitive = null;
        var reader = http.Request.BodyReader;
        ReadResult body;
        while (!(body = await reader.ReadAsync(http.RequestAborted)).IsCompleted)
        {
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
        }

        try
        {
            var message = body.Buffer.IsSingleSegment ? body.Buffer.FirstSpan : body.Buffer.ToArray();
            primitive = FindPrimitive(message, http.Request.Headers["MCP-Protocol-Version"].ToString());
            reader.AdvanceTo(body.Buffer.Start); // The SDK reads the same bytes.
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            reader.AdvanceTo(body.Buffer.End); // Not a valid message: the SDK refuses an empty one.
        }

        http.Features.Set(primitive); // For handlers of requirements and of results that ask what is called.
        if (primitive is not null && await GetPolicyAsync(primitive) is { } policy)
        {
            var evaluator = http.RequestServices.GetRequiredService<IPolicyEvaluator>();
            var user = AuthenticateResult.Success(new(http.User, "Bearer"));
            var result = await evaluator.AuthorizeAsync(policy, user, http, http);
            if (!result.Succeeded)
            {
                await resultHandler.HandleAsync(_ => Task.CompletedTask, http, policy, result);
                return;
            }
        }

        await next(http);
    }

    // JSON is UTF-8 (RFC 8259, section 8.1): in another encoding, the SDK could read another message than this filter.
    private static bool IsUtf8Json(string? contentType) => contentType == "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    // Reads the message with the types of the SDK and by its rules, so that both see the same call.
    private IMcpServerPrimitive? FindPrimitive(ReadOnlySpan<byte> body, string revision)
    {
        var call = JsonSerializer.Deserialize(body, TypeInfo<JsonRpcMessage>()) as JsonRpcRequest;
        return call?.Method switch
        {
            RequestMethods.ToolsCall => Find(mcp.Value.ToolCollection, Params<CallToolRequestParams>()?.Name),
            RequestMethods.PromptsGet => Find(mcp.Value.PromptCollection, Params<GetPromptRequestParams>()?.Name),
            RequestMethods.ResourcesRead => FindResource(Params<ReadResourceRequestParams>()?.Uri ?? ""),
            RequestMethods.Initialize when revision == "2026-07-28" => null, // Not a method any more, says the SDK.
            RequestMethods.Initialize when Params<InitializeRequestParams>() is null => throw new JsonException(), // Else 500.
            _ => null,
        };

        T? Params<T>() => call.Params.Deserialize(TypeInfo<T>());
    }

    private static T? Find<T>(McpServerPrimitiveCollection<T>? all, string? name) where T : class, IMcpServerPrimitive =>
        name is not null && all?.TryGetPrimitive(name, out var primitive) is true ? primitive : null;

    private McpServerResource? FindResource(string uri) =>
        Find(mcp.Value.ResourceCollection, uri) is { IsTemplated: false } resource
            ? resource
            : mcp.Value.ResourceCollection?.FirstOrDefault(template => template.IsMatch(uri));

    private Task<AuthorizationPolicy?> GetPolicyAsync(IMcpServerPrimitive primitive) =>
        policies.AllowsCachingPolicies ? _policies.GetValue(primitive, CombineAsync) : CombineAsync(primitive);

    // What [RequireScope], [Authorize] and policies ask for, combined as for an endpoint.
    private async Task<AuthorizationPolicy?> CombineAsync(IMcpServerPrimitive primitive)
    {
        var metadata = primitive.Metadata;
        var scopes = metadata.OfType<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements()).ToArray();
        return metadata.OfType<IAllowAnonymous>().Any() ? null : await AuthorizationPolicy.CombineAsync(
            policies,
            metadata.OfType<IAuthorizeData>(),
            metadata.OfType<AuthorizationPolicy>().Concat(scopes.Length > 0 ? [new AuthorizationPolicy(scopes, [])] : []));
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)s_options.GetTypeInfo(typeof(T));
}
