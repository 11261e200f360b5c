using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

// What holds for one style of the server holds for the others: each runs the whole suite. Its classes share one server, so they are a
// collection: a test that writes does so for a subject of its own.

[CollectionDefinition(nameof(MinimalApiServer))]
public sealed class MinimalApiServer() : ServerFixture(), ICollectionFixture<MinimalApiServer>;

[CollectionDefinition(nameof(ControllersServer))]
public sealed class ControllersServer() : ServerFixture("--use-controllers"), ICollectionFixture<ControllersServer>;

[CollectionDefinition(nameof(NativeAotServer))]
public sealed class NativeAotServer() : ServerFixture("--aot"), ICollectionFixture<NativeAotServer>
{
    private static readonly Lazy<Task<(string, string)>> s_published = new(PublishAsync);

    /// <summary>The binary, and the folder with its settings.</summary>
    internal static Task<(string Program, string Folder)> PublishedAsync() => s_published.Value;

    public override string? SkipReason { get; } =
        OperatingSystem.IsLinux() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")))
            ? null
            : "Native AOT is tested on Linux, with clang or gcc on the PATH.";

    protected override Task<(string Program, string Folder)> BuildAsync() => s_published.Value;

    private static async Task<(string, string)> PublishAsync()
    {
        var project = await Template.CreateAsync("native-aot", "TodoServer", "--aot", "--downstream");
        var published = Path.Combine(project.Directory, "published");
        var result = (await Dotnet.PublishAsync(
            project.ProjectFile, "-c", "Release", "-o", published, "-p:NativeDebugSymbols=false")).ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(result.Text));
        return (Path.Combine(published, "TodoServer"), project.Directory);
    }
}

[CollectionDefinition(nameof(UncachedServer))]
public sealed class UncachedServer() : ServerFixture(), ICollectionFixture<UncachedServer>
{
    internal override (string Name, string Value)[] Settings => [("OAuth__TokenCacheSeconds", "0")];
}

[Collection(nameof(MinimalApiServer))]
public sealed class MinimalApiChallengeTests(MinimalApiServer server) : ChallengeTests(server);

[Collection(nameof(MinimalApiServer))]
public sealed class MinimalApiScopeTests(MinimalApiServer server) : ScopeTests(server);

[Collection(nameof(MinimalApiServer))]
public sealed class MinimalApiMetadataTests(MinimalApiServer server) : MetadataTests(server);

[Collection(nameof(MinimalApiServer))]
public sealed class MinimalApiCrossOriginTests(MinimalApiServer server) : CrossOriginTests(server);

[Collection(nameof(MinimalApiServer))]
public sealed class MinimalApiLimitTests(MinimalApiServer server) : LimitTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersChallengeTests(ControllersServer server) : ChallengeTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersScopeTests(ControllersServer server) : ScopeTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersMetadataTests(ControllersServer server) : MetadataTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersCrossOriginTests(ControllersServer server) : CrossOriginTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersLimitTests(ControllersServer server) : LimitTests(server);

[Collection(nameof(ControllersServer))]
public sealed class ControllersRestTests(ControllersServer server) : RestTests(server);

[Collection(nameof(NativeAotServer))]
public sealed class NativeAotChallengeTests(NativeAotServer server) : ChallengeTests(server);

[Collection(nameof(NativeAotServer))]
public sealed class NativeAotScopeTests(NativeAotServer server) : ScopeTests(server);

[Collection(nameof(NativeAotServer))]
public sealed class NativeAotMetadataTests(NativeAotServer server) : MetadataTests(server);

[Collection(nameof(NativeAotServer))]
public sealed class NativeAotCrossOriginTests(NativeAotServer server) : CrossOriginTests(server);

[Collection(nameof(NativeAotServer))]
public sealed class NativeAotLimitTests(NativeAotServer server) : LimitTests(server);

[Collection(nameof(UncachedServer))]
public sealed class UncachedChallengeTests(UncachedServer server) : ChallengeTests(server);

[Collection(nameof(UncachedServer))]
public sealed class UncachedScopeTests(UncachedServer server) : ScopeTests(server);
