using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>The whole output of a few variants, reviewed by a person. See "Accept a snapshot" in CONTRIBUTING.md.</summary>
public sealed class SnapshotTests
{
    [Theory]
    [MemberData(nameof(Variants.ReviewedRows), MemberType = typeof(Variants))]
    public async Task Output_is_as_reviewed(Variant variant) =>
        DirectorySnapshot.Match(await Template.CreateAsync(variant), variant.Name);

    [Fact]
    public void No_snapshot_is_left_of_a_variant_that_is_gone()
    {
        var folders = Directory.EnumerateDirectories(DirectorySnapshot.Root, "*.verified").Select(Path.GetFileName);
        var scenarios = Variants.Reviewed.Select(variant => variant.Name).Append(DirectorySnapshot.Dialogs);

        Assert.Empty(folders.Except(scenarios.Select(scenario => scenario + ".verified")));
    }

    /// <summary>What a careless comparison would not see.</summary>
    [Theory]
    [InlineData("a\n    b\n", "a\n\tb\n", "-    b\n+\tb\n")]
    [InlineData("a\nb\n", "a\n\nb\n", "+\n")]
    [InlineData("a\n", "a\r\n", "-a\n+a<CR>\n")]
    [InlineData("a\n", "\uFEFFa\n", "-a\n+<BOM>a\n")]
    [InlineData("a\n", "a", "-\n")]
    [InlineData("a \n", "a\n", "-a \n+a\n")]
    [InlineData("A\n", "a\n", "-A\n+a\n")]
    [InlineData("a\n", null, "file (gone)\n")]
    [InlineData(null, "a\n", "file (new)\n")]
    [InlineData(null, "", "file (new)\n")]
    [InlineData("a\0", "b\0", "Not a text.\n")]
    public void A_difference_is_shown(string? before, string? after, string expected)
    {
        var difference = Assert.Single(DirectorySnapshot.GetDifferences(Files(before), Files(after)));

        Assert.Contains(expected, difference.Replace("\r\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(DirectorySnapshot.GetDifferences(Files(after), Files(after)));

        static Dictionary<string, byte[]> Files(string? content) =>
            content is null ? [] : new() { ["file"] = Encoding.UTF8.GetBytes(content) };
    }
}
