using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

// What holds for one style of the server holds for the others: each runs the whole suite.

public sealed class MinimalApiServer() : ServerFixture();

public sealed class ControllersServer() : ServerFixture("--use-controllers");

public sealed class NativeAotServer() : ServerFixture("--aot")
{
    private static readonly Lazy<Task<(string, string)>> s_published = new(PublishAsync);

    public override string? SkipReason { get; } =
        OperatingSystem.IsLinux() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")))
            ? null
            : "Native AOT is tested on Linux, with clang or gcc on the PATH.";

    protected override Task<(string Program, string Folder)> BuildAsync() => s_published.Value;

    private static async Task<(string, string)> PublishAsync()
    {
        var project = await Template.CreateAsync("native-aot", "TodoServer", "--aot");
        var published = Path.Combine(project.Directory, "published");
        var result = (await Dotnet.PublishAsync(project.ProjectFile, "-c", "Release", "-o", published)).ShouldSucceed();
        Assert.Empty(GeneratedProjects.ParseDiagnostics(result.Text));
        return (Path.Combine(published, "TodoServer"), project.Directory);
    }
}

public sealed class UncachedServer() : ServerFixture()
{
    internal override (string Name, string Value)[] Settings => [("OAuth__TokenCacheSeconds", "0")];
}

public sealed class MinimalApiChallengeTests(MinimalApiServer server) : ChallengeTests(server), IClassFixture<MinimalApiServer>;

public sealed class MinimalApiScopeTests(MinimalApiServer server) : ScopeTests(server), IClassFixture<MinimalApiServer>;

public sealed class MinimalApiMetadataTests(MinimalApiServer server) : MetadataTests(server), IClassFixture<MinimalApiServer>;

public sealed class MinimalApiCrossOriginTests(MinimalApiServer server) : CrossOriginTests(server), IClassFixture<MinimalApiServer>;

public sealed class MinimalApiLimitTests(MinimalApiServer server) : LimitTests(server), IClassFixture<MinimalApiServer>;

public sealed class ControllersChallengeTests(ControllersServer server) : ChallengeTests(server), IClassFixture<ControllersServer>;

public sealed class ControllersScopeTests(ControllersServer server) : ScopeTests(server), IClassFixture<ControllersServer>;

public sealed class ControllersMetadataTests(ControllersServer server) : MetadataTests(server), IClassFixture<ControllersServer>;

public sealed class ControllersCrossOriginTests(ControllersServer server) : CrossOriginTests(server), IClassFixture<ControllersServer>;

public sealed class ControllersLimitTests(ControllersServer server) : LimitTests(server), IClassFixture<ControllersServer>;

public sealed class ControllersRestTests(ControllersServer server) : RestTests(server), IClassFixture<ControllersServer>;

public sealed class NativeAotChallengeTests(NativeAotServer server) : ChallengeTests(server), IClassFixture<NativeAotServer>;

public sealed class NativeAotScopeTests(NativeAotServer server) : ScopeTests(server), IClassFixture<NativeAotServer>;

public sealed class NativeAotMetadataTests(NativeAotServer server) : MetadataTests(server), IClassFixture<NativeAotServer>;

public sealed class NativeAotCrossOriginTests(NativeAotServer server) : CrossOriginTests(server), IClassFixture<NativeAotServer>;

public sealed class NativeAotLimitTests(NativeAotServer server) : LimitTests(server), IClassFixture<NativeAotServer>;

public sealed class UncachedChallengeTests(UncachedServer server) : ChallengeTests(server), IClassFixture<UncachedServer>;

public sealed class UncachedScopeTests(UncachedServer server) : ScopeTests(server), IClassFixture<UncachedServer>;
