using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Wiring;

// A server that was protected afterwards does what a generated one does.

public sealed class WiredMcpServer() : WiredFixture("wired-mcpserver");

public sealed class WiredWebApi() : WiredFixture("wired-webapi");

public sealed class WiredControllers() : WiredFixture("wired-controllers");

public abstract class WiredFixture(string server) : ServerFixture
{
    protected override Task<(string Program, string Folder)> BuildAsync() => WiredServers.BuiltAsync(server);
}

public sealed class WiredMcpServerChallengeTests(WiredMcpServer server) : ChallengeTests(server), IClassFixture<WiredMcpServer>;

public sealed class WiredMcpServerScopeTests(WiredMcpServer server) : ScopeTests(server), IClassFixture<WiredMcpServer>;

public sealed class WiredMcpServerMetadataTests(WiredMcpServer server) : MetadataTests(server), IClassFixture<WiredMcpServer>;

public sealed class WiredMcpServerCrossOriginTests(WiredMcpServer server) : CrossOriginTests(server), IClassFixture<WiredMcpServer>;

public sealed class WiredMcpServerLimitTests(WiredMcpServer server) : LimitTests(server), IClassFixture<WiredMcpServer>;

public sealed class WiredWebApiChallengeTests(WiredWebApi server) : ChallengeTests(server), IClassFixture<WiredWebApi>;

public sealed class WiredWebApiScopeTests(WiredWebApi server) : ScopeTests(server), IClassFixture<WiredWebApi>;

public sealed class WiredControllersChallengeTests(WiredControllers server) : ChallengeTests(server), IClassFixture<WiredControllers>;

public sealed class WiredControllersScopeTests(WiredControllers server) : ScopeTests(server), IClassFixture<WiredControllers>;
