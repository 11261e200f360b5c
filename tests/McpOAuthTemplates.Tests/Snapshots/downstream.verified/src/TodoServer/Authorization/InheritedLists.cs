using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace TodoServer.Authorization;

/// <summary>
/// Removes from lists what the caller may not use, as the SDK does, but based on the attributes
/// that the SDK does not know: see <see cref="PrimitiveAttributes"/>.
/// </summary>
internal sealed class InheritedLists(AuthorizationRules rules)
    : IPostConfigureOptions<McpServerOptions>
{
    public void PostConfigure(string? name, McpServerOptions options)
    {
        var filters = options.Filters.Request;
        filters.ListToolsFilters.Add(next => async (context, cancellationToken) =>
        {
            var result = await next(context, cancellationToken);
            await HideAsync(result.Tools, item => item.Name, options.ToolCollection, context);
            return result;
        });
        filters.ListPromptsFilters.Add(next => async (context, cancellationToken) =>
        {
            var result = await next(context, cancellationToken);
            await HideAsync(result.Prompts, item => item.Name, options.PromptCollection, context);
            return result;
        });
        filters.ListResourcesFilters.Add(next => async (context, cancellationToken) =>
        {
            var result = await next(context, cancellationToken);
            await HideAsync(result.Resources, item => item.Uri, options.ResourceCollection, context);
            return result;
        });
        filters.ListResourceTemplatesFilters.Add(next => async (context, cancellationToken) =>
        {
            var result = await next(context, cancellationToken);
            var all = result.ResourceTemplates;
            await HideAsync(all, item => item.UriTemplate, options.ResourceCollection, context);
            return result;
        });
    }

    private async Task HideAsync<TItem, TPrimitive, TParams>(
        IList<TItem> items,
        Func<TItem, string> getName,
        McpServerPrimitiveCollection<TPrimitive>? known,
        RequestContext<TParams> context)
        where TPrimitive : IMcpServerPrimitive
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (known is null || !known.TryGetPrimitive(getName(items[i]), out var primitive))
            {
                continue;
            }

            if (!await IsShownAsync(primitive, context))
            {
                items.RemoveAt(i);
            }
        }
    }

    private async Task<bool> IsShownAsync<TParams>(
        IMcpServerPrimitive primitive, RequestContext<TParams> context)
    {
        var attributes = PrimitiveAttributes.Get(primitive);
        if (attributes == primitive.Metadata || await rules.GetAsync(attributes) is not { } policy)
        {
            return true;
        }

        var authorization = context.Services!.GetRequiredService<IAuthorizationService>();
        var result = await authorization.AuthorizeAsync(context.User!, context, policy);
        return result.Succeeded;
    }
}
