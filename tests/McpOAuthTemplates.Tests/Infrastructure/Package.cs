namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The package, made once for all tests.</summary>
internal static class Package
{
    private static readonly Lazy<Task<(string Path, CommandResult Command)>> s_packed = new(PackAsync);

    public static Task<(string Path, CommandResult Command)> PackedAsync() => s_packed.Value;

    private static async Task<(string Path, CommandResult Command)> PackAsync()
    {
        var folder = Repository.CreateEmptyDirectory("package");
        var result = await Dotnet.RunAsync(
            Repository.Root, "pack", Path.Combine(Repository.Root, "McpOAuthTemplates.csproj"), "-o", folder, "-tl:off");
        result.ShouldSucceed();
        return (Assert.Single(Directory.GetFiles(folder)), result);
    }
}
