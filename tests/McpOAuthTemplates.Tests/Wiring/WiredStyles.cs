using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Wiring;

// A server that was protected afterwards does what a generated one does. Its classes share one server, as in Styles.cs.

[CollectionDefinition(nameof(WiredMcpServer))]
public sealed class WiredMcpServer() : WiredFixture("wired-mcpserver"), ICollectionFixture<WiredMcpServer>;

[CollectionDefinition(nameof(WiredWebApi))]
public sealed class WiredWebApi() : WiredFixture("wired-webapi"), ICollectionFixture<WiredWebApi>;

[CollectionDefinition(nameof(WiredControllers))]
public sealed class WiredControllers() : WiredFixture("wired-controllers"), ICollectionFixture<WiredControllers>;

public abstract class WiredFixture(string server) : ServerFixture
{
    protected override Task<(string Program, string Folder)> BuildAsync() => WiredServers.BuiltAsync(server);
}

[Collection(nameof(WiredMcpServer))]
public sealed class WiredMcpServerChallengeTests(WiredMcpServer server) : ChallengeTests(server);

[Collection(nameof(WiredMcpServer))]
public sealed class WiredMcpServerScopeTests(WiredMcpServer server) : ScopeTests(server);

[Collection(nameof(WiredMcpServer))]
public sealed class WiredMcpServerMetadataTests(WiredMcpServer server) : MetadataTests(server);

[Collection(nameof(WiredMcpServer))]
public sealed class WiredMcpServerCrossOriginTests(WiredMcpServer server) : CrossOriginTests(server);

[Collection(nameof(WiredMcpServer))]
public sealed class WiredMcpServerLimitTests(WiredMcpServer server) : LimitTests(server);

[Collection(nameof(WiredWebApi))]
public sealed class WiredWebApiChallengeTests(WiredWebApi server) : ChallengeTests(server);

[Collection(nameof(WiredWebApi))]
public sealed class WiredWebApiScopeTests(WiredWebApi server) : ScopeTests(server);

[Collection(nameof(WiredControllers))]
public sealed class WiredControllersChallengeTests(WiredControllers server) : ChallengeTests(server);

[Collection(nameof(WiredControllers))]
public sealed class WiredControllersScopeTests(WiredControllers server) : ScopeTests(server);
