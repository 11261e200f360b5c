using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TodoServer.Tests;

/// <summary>
/// A WebApplicationFactory for any server: the class with Main can be internal, static or in
/// another namespace, so it is found by reflection.
/// </summary>
internal abstract class ServerHost : IDisposable
{
    // Mvc.Testing lists the projects that the tests reference.
    private const string Manifest = "MvcTestingAppManifest.json";

    /// <summary>The class with Main, in the only referenced project that has one.</summary>
    public static Type EntryPoint { get; } = FindEntryPoint();

    public abstract IServiceProvider Services { get; }

    public static ServerHost Create(Action<IWebHostBuilder> configure)
    {
        var type = typeof(Host<>).MakeGenericType(EntryPoint);
        return (ServerHost)Activator.CreateInstance(type, configure)!;
    }

    public abstract HttpClient CreateClient(Uri address);

    public abstract void Dispose();

    private static Type FindEntryPoint()
    {
        var manifest = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Manifest));
        var projects = JsonNode.Parse(manifest)!.AsObject();
        return projects
            .Select(project => Assembly.Load(project.Key).EntryPoint?.DeclaringType)
            .First(type => type is not null)!;
    }

    private sealed class Host<TEntryPoint>(Action<IWebHostBuilder> configure) : ServerHost
        where TEntryPoint : class
    {
        private readonly Factory<TEntryPoint> _factory = new(configure);

        public override IServiceProvider Services => _factory.Services;

        public override HttpClient CreateClient(Uri address) => _factory.CreateDefaultClient(address);

        public override void Dispose() => _factory.Dispose();
    }

    /// <summary>
    /// Main runs on its own thread. It must not start the server before the factory waits for the
    /// start: otherwise, the factory would not get the exception of a failed start.
    /// </summary>
    private sealed class Factory<TEntryPoint>(Action<IWebHostBuilder> configure)
        : WebApplicationFactory<TEntryPoint>, IHostLifetime
        where TEntryPoint : class
    {
        private readonly TaskCompletionSource _isWaiting =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        Task IHostLifetime.WaitForStartAsync(CancellationToken cancellationToken) =>
            _isWaiting.Task.WaitAsync(cancellationToken);

        Task IHostLifetime.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            configure(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<IHostLifetime>(this));
        }

        protected override IHost CreateHost(IHostBuilder builder)
        {
            var host = builder.Build();
            var start = host.StartAsync();
            _isWaiting.SetResult();
            start.GetAwaiter().GetResult();
            return host;
        }
    }
}
