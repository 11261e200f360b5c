using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>A generated server that runs. It ends with the test, and keeps what it logged.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly LoggedProcess _process;

    private ServerProcess(LoggedProcess process, Uri address)
    {
        _process = process;
        Address = address;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>http://localhost with the port of this server.</summary>
    public Uri Address { get; }

    public HttpClient Client { get; }

    public int ProcessId => _process.Id;

    public string Output => _process.Output;

    /// <summary>
    /// Starts the built server on a free port of the loopback interface, as "dotnet run" would in Development: with the issuer and
    /// the resource on that port, unless the settings say otherwise. Returns when it answers.
    /// </summary>
    public static Task<ServerProcess> StartAsync(
        string assembly, string contentRoot, string environment = "Development", params (string Name, string Value)[] settings) =>
        StartAsync(assembly, contentRoot, CreateAddress(), environment, settings);

    /// <summary>The same at this address: that of a server which was stopped before.</summary>
    public static async Task<ServerProcess> StartAsync(
        string assembly, string contentRoot, Uri address, string environment, params (string Name, string Value)[] settings)
    {
        var server = Launch(assembly, contentRoot, address, environment, settings);
        try
        {
            await Poll.UntilAsync(async () =>
            {
                Assert.False(server._process.HasExited, $"The server has stopped:\n{server.Output}");
                try
                {
                    // Any answer will do: it may be that the server does not answer for this host.
                    using var response = await server.Client.GetAsync("/healthz");
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server that is expected to stop by itself, and waits for that.</summary>
    public static async Task<CommandResult> RunToEndAsync(
        string assembly, string contentRoot, string environment, params (string Name, string Value)[] settings)
    {
        await using var server = Launch(assembly, contentRoot, CreateAddress(), environment, settings);
        return await server._process.WaitForExitAsync();
    }

    /// <summary>Waits until it has the keys of its issuer: before, it answers 503 on a machine that is busy.</summary>
    public Task WaitUntilReadyAsync() => Poll.UntilAsync(async () =>
    {
        using var response = await Client.GetAsync("/readyz");
        return response.IsSuccessStatusCode;
    });

    /// <summary>Asks the server to stop, as a container does, and waits until it has done what it does then.</summary>
    public Task StopAsync() => _process.StopAsync();

    /// <summary>Ends it as kill -9 does.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>
    /// A port of the loopback interface on which nobody listens, below those that systems give to outgoing connections: such a one
    /// could be taken before the server is there.
    /// </summary>
    public static int GetFreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static Uri CreateAddress() => new($"http://localhost:{GetFreePort()}");

    private static ServerProcess Launch(
        string assembly, string contentRoot, Uri address, string environment, (string Name, string Value)[] settings)
    {
        var start = Dotnet.CreateStartInfo(contentRoot, Dotnet.Home, [assembly]);
        if (!assembly.EndsWith(".dll", StringComparison.Ordinal))
        {
            start.FileName = assembly;
            start.ArgumentList.Clear();
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority);
        if (environment == "Development")
        {
            start.Environment["OAuth__Issuer"] = new Uri(address, "dev-auth").AbsoluteUri;
            start.Environment["OAuth__Resource"] = new Uri(address, "mcp").AbsoluteUri;

            // Not that of the developer, nor that of another test.
            start.Environment["DevAuth__StateFolder"] = Path.Combine(Repository.Artifacts, "dev-auth", Guid.NewGuid().ToString("N"));
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value.Replace("{address}", address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        }

        return new ServerProcess(LoggedProcess.Start(start), address);
    }
}
