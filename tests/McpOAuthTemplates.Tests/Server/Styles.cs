namespace McpOAuthTemplates.Tests.Server;

// What holds for one style of the server holds for the others: each runs the whole suite.

public sealed class MinimalApiServer() : ServerFixture();

public sealed class ControllersServer() : ServerFixture("--use-controllers");

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
