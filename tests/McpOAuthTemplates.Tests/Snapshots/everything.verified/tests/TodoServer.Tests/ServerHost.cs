using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace TodoServer.Tests;

/// <summary>
/// WebApplicationFactory, whatever the class with Main of the server is: it may be internal or
/// static or in a namespace of its own, so it is found by reflection.
/// </summary>
internal abstract class ServerHost : IDisposable
{
    /// <summary>
    /// The class with Main, of the one project with a Main that the tests reference: Mvc.Testing
    /// lists them.
    /// </summary>
    public static Type EntryPoint { get; } = JsonNode
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "MvcTestingAppManifest.json")))!.AsObject()
        .Select(project => Assembly.Load(project.Key).EntryPoint?.DeclaringType)
        .First(type => type is not null)!;

    public abstract IServiceProvider Services { get; }

    public static ServerHost Create(Action<IWebHostBuilder> configure) =>
        (ServerHost)Activator.CreateInstance(typeof(Host<>).MakeGenericType(EntryPoint), configure)!;

    public abstract HttpClient CreateClient(Uri address);

    public abstract void Dispose();

    private sealed class Host<TEntryPoint>(Action<IWebHostBuilder> configure) : ServerHost where TEntryPoint : class
    {
        private readonly Factory _factory = new(configure);

        public override IServiceProvider Services => _factory.Services;

        public override HttpClient CreateClient(Uri address) => _factory.CreateDefaultClient(address);

        public override void Dispose() => _factory.Dispose();

        private sealed class Factory(Action<IWebHostBuilder> configure) : WebApplicationFactory<TEntryPoint>
        {
            protected override void ConfigureWebHost(IWebHostBuilder builder) => configure(builder);
        }
    }
}
