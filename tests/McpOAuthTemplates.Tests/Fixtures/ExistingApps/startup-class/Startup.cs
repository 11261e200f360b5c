public sealed class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddAuthentication("Cookies").AddCookie("Cookies");
        services.AddAuthorization();
        services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();
    }

    public void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapSignIn("Cookies");
            endpoints.MapGet("/hello", () => "hello");
            endpoints.MapGet("/account", () => "account").RequireAuthorization();
            endpoints.MapMcp("/mcp");
        });
    }
}
