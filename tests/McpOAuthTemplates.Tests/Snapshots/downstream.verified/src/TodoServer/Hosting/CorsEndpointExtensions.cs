namespace TodoServer.Hosting;

internal static class CorsEndpointExtensions
{
    /// <summary>
    /// Allows every web page to call the endpoints, whether or not the app uses CORS.
    /// </summary>
    public static TBuilder AllowAnyOrigin<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(AllowAnyOrigin);
        return builder;
    }

    private static void AllowAnyOrigin(EndpointBuilder endpoint)
    {
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().Last().HttpMethods;
        endpoint.Metadata.Add(new HttpMethodMetadata([.. methods, HttpMethods.Options]));
        endpoint.Metadata.Add(CorsRule.AnyOrigin);

        var next = endpoint.RequestDelegate!;
        var rules = endpoint.ApplicationServices.GetRequiredService<CorsRules>();
        var allowed = string.Join(", ", methods);
        endpoint.RequestDelegate = async http =>
        {
            if (!await rules.AllowAsync(http, CorsRule.AnyOrigin))
            {
                return;
            }

            if (HttpMethods.IsOptions(http.Request.Method))
            {
                http.Response.Headers.Allow = allowed;
                http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return;
            }

            await next(http);
        };
    }
}
