using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Adds the required scopes of each tool to tools/list, in the form that ChatGPT reads: the member
/// securitySchemes, and the same in _meta. They come from the attributes, so they are always right.
/// </summary>
internal sealed class SecuritySchemes(IOptions<OAuthOptions> oauth)
    : IPostConfigureOptions<McpServerOptions>
{
    private const string Member = "securitySchemes";

    public void PostConfigure(string? name, McpServerOptions options) =>
        options.Filters.Message.OutgoingFilters.Add(next => (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result })
            {
                DescribeAll(result, options.ToolCollection);
            }

            return next(context, cancellationToken);
        });

    private void DescribeAll(JsonObject result, McpServerPrimitiveCollection<McpServerTool>? known)
    {
        if (known is null || result["tools"] is not JsonArray tools)
        {
            return;
        }

        foreach (var tool in tools.OfType<JsonObject>())
        {
            var name = tool["name"] as JsonValue;
            if (known.TryGetPrimitive(name?.ToString() ?? "", out var primitive))
            {
                Describe(tool, FindScopes(PrimitiveAttributes.Get(primitive)));
            }
        }
    }

    private static void Describe(JsonObject tool, string[] scopes)
    {
        if (tool["_meta"] is not JsonObject meta)
        {
            meta = [];
            tool["_meta"] = meta;
        }

        tool[Member] = Create(scopes);
        meta[Member] = Create(scopes);
    }

    private static JsonArray Create(string[] scopes)
    {
        JsonNode[] names = [.. scopes.Select(scope => JsonValue.Create(scope))];
        return new JsonArray(new JsonObject
        {
            ["type"] = "oauth2",
            ["scopes"] = new JsonArray(names),
        });
    }

    private string[] FindScopes(IReadOnlyList<object> attributes)
    {
        if (attributes.OfType<IAllowAnonymous>().Any())
        {
            return []; // Any valid token is enough.
        }

        var scopes = ScopeRequirement.FindScopes(attributes);
        return [.. scopes.Select(scope => oauth.Value.ScopePrefix + scope)];
    }
}
