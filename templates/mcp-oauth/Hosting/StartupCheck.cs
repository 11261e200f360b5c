using global::McpOAuthServer.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace McpOAuthServer.Hosting;

/// <summary>
/// Refuses to start with settings that cannot work, in one message. A hosted service does it, and
/// not ValidateOnStart, which would refuse tools that only look at the endpoints of the app, and
/// have no settings, as well.
/// </summary>
internal sealed class StartupCheck(
    IOptions<OAuthOptions> oauth,
    IOptions<McpEndpointOptions> mcp,
    IConfiguration configuration,
    IServer server) : IHostedLifecycleService
{
    /// <summary>
    /// Whether a tool runs the app without a server, to look at its endpoints: the generators of
    /// OpenAPI documents of ASP.NET Core, Swashbuckle and NSwag do.
    /// </summary>
    public static bool IsRunByTool(IServer server) => server.GetType().Name == "NoopServer";

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Where the server listens is known when it has started: then, only what does not depend
        // on it is checked here.
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
            return [exception.Message]; // A value of another type, such as text for a number.
        }
    }
}
