using global::TodoServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>
/// Stops the start if settings cannot work, with one message. This is a hosted service instead of
/// ValidateOnStart, which would also stop tools that only inspect the endpoints of the app and have
/// no settings.
/// </summary>
internal sealed class StartupCheck(
    IOptions<OAuthOptions> oauth,
    IOptions<McpEndpointOptions> mcp,
    IConfiguration configuration,
    IServer server) : IHostedLifecycleService
{
    /// <summary>
    /// Whether a tool runs the app without a server to inspect its endpoints, as the OpenAPI
    /// generators of ASP.NET Core, Swashbuckle and NSwag do.
    /// </summary>
    public static bool IsRunByTool(IServer server) => server.GetType().Name == "NoopServer";

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The address of the server is known after it has started: only settings that do not depend
        // on it are checked here.
        if (!OwnAddress.IsNeeded(configuration))
        {
            Validate();
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Validate();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Validate()
    {
        if (IsRunByTool(server))
        {
            return;
        }

        string[] problems = [.. FindProblems(oauth), .. FindProblems(mcp)];
        if (problems.Length > 0)
        {
            throw new OptionsValidationException("OAuth", typeof(OAuthOptions), problems);
        }
    }

    private static IEnumerable<string> FindProblems<T>(IOptions<T> options)
        where T : class
    {
        try
        {
            _ = options.Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (InvalidOperationException exception)
        {
            return [exception.Message]; // A value of the wrong type, such as text instead of a number.
        }
    }
}
