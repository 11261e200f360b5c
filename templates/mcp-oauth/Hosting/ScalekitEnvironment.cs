namespace McpOAuthServer.Hosting;

/// <summary>Takes the settings from the environment variables that the guides of Scalekit use, if they are set.</summary>
internal static class ScalekitEnvironment
{
    public static void AddScalekitEnvironment(this WebApplicationBuilder builder)
    {
        var environment = builder.Configuration["SCALEKIT_ENVIRONMENT_URL"] ?? builder.Configuration["OAuth:Issuer"];
        var resourceId = builder.Configuration["SCALEKIT_RESOURCE_ID"] ?? builder.Configuration["OAuth:Audiences:0"];
        if (builder.Configuration["SCALEKIT_ENVIRONMENT_URL"] is null && builder.Configuration["SCALEKIT_RESOURCE_ID"] is null)
        {
            return;
        }

        var issuer = environment?.TrimEnd('/');
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OAuth:Issuer"] = issuer,
            ["OAuth:ValidIssuers:0"] = $"{issuer}/resources/{resourceId}",
            ["OAuth:AuthorizationServers:0"] = $"{issuer}/resources/{resourceId}",
            ["OAuth:Audiences:0"] = resourceId,
        });
    }
}
