// No middleware for authentication, authorization, CORS or limits.
public sealed class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();
    }

    public void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapGet("/hello", () => "hello");
            endpoints.MapMcp("/mcp");
        });
    }
}
