using McpOAuthTemplates.Tests.Infrastructure;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer(
    $"{nameof(McpOAuthTemplates)}.{nameof(McpOAuthTemplates.Tests)}.{nameof(McpOAuthTemplates.Tests.Infrastructure)}.{nameof(LongestFirst)}",
    $"{nameof(McpOAuthTemplates)}.{nameof(McpOAuthTemplates.Tests)}")]

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// Starts what takes long first, so that no core waits for it at the end: the classes whose servers are in large builds, and those
/// that wait. No test depends on it; the ten slowest classes stand at the end of the output of .ci/run.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_long =
    [
        "MinimalApiServer", // The builds, in this order: these are short and let many others begin.
        "ExistingAppTests",
        "ProviderSettingsTests",
        "KeyTests",
        "AspireTests", // It waits for Aspire, half a minute.
        "WorkflowTests",
        "WiredProjectTests",
        "NativeAotServer",
        "GeneratedTestsTests",
        "UpdateTests",
        "OptionChangeTests",
        "OutageTests",
        "InstancesTests",
        "ProxyMistakeTests",
        "TokenCacheTests",
        "WiringTests",
        "SkillTests",
        "RefusalTests",
        "DockerTests",
        "VerifyTests",
        "StartupTests",
        "IssuerTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(GetPlace);

    private static int GetPlace(ITestCollection collection)
    {
        // The name of a collection, or "Test collection for" and the full name of the class.
        var name = collection.DisplayName.Split('.')[^1];
        var place = Array.IndexOf(s_long, name);
        return place < 0 ? s_long.Length : place;
    }
}
