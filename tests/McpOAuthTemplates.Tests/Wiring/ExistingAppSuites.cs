using McpOAuthTemplates.Tests.Server;

namespace McpOAuthTemplates.Tests.Wiring;

// The whole suite for some of the apps: those that lean on, or change, what most of a class of tests is about.

public sealed class CookiePolicyApp() : ExistingAppFixture("cookie-policy");

public sealed class OwnerOptionsApp() : ExistingAppFixture("owner-options");

public sealed class ReflectingCorsApp() : ExistingAppFixture("cors-reflecting");

public sealed class RateLimitedApp() : ExistingAppFixture("own-rate-limiter");

public sealed class StartupClassApp() : ExistingAppFixture("startup-class");

public abstract class ExistingAppFixture(string name) : ServerFixture
{
    protected override async Task<(string Program, string Folder)> BuildAsync()
    {
        var app = ExistingApps.Find(name);
        Assert.True(app.HasOnlySampleTools);
        await ExistingAppBuild.ShouldBuildAsync(app);
        return (ExistingApp.GetAssembly(app.After), app.After);
    }
}

public sealed class CookiePolicyChallengeTests(CookiePolicyApp server) : ChallengeTests(server), IClassFixture<CookiePolicyApp>;

public sealed class CookiePolicyScopeTests(CookiePolicyApp server) : ScopeTests(server), IClassFixture<CookiePolicyApp>;

public sealed class OwnerOptionsChallengeTests(OwnerOptionsApp server) : ChallengeTests(server), IClassFixture<OwnerOptionsApp>;

public sealed class ReflectingCorsCrossOriginTests(ReflectingCorsApp server)
    : CrossOriginTests(server), IClassFixture<ReflectingCorsApp>;

public sealed class ReflectingCorsMetadataTests(ReflectingCorsApp server) : MetadataTests(server), IClassFixture<ReflectingCorsApp>;

public sealed class RateLimitedLimitTests(RateLimitedApp server) : LimitTests(server), IClassFixture<RateLimitedApp>;

public sealed class StartupClassScopeTests(StartupClassApp server) : ScopeTests(server), IClassFixture<StartupClassApp>;

public sealed class StartupClassCrossOriginTests(StartupClassApp server)
    : CrossOriginTests(server), IClassFixture<StartupClassApp>;

public sealed class StartupClassLimitTests(StartupClassApp server) : LimitTests(server), IClassFixture<StartupClassApp>;
