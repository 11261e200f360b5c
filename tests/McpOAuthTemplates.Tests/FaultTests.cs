using McpOAuthTemplates.Faults;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>Two rows of the fault table, so that the command which tries them all keeps working, and a soak.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("clock-minute")]
    [InlineData("clock-hour")]
    public async Task What_a_row_says_holds(string name)
    {
        var project = await TodoServer.BuiltAsync();
        var server = new FaultServer(project, project.GetAssembly());
        var table = new FaultTable(server);
        var fault = Fault.All.Single(fault => fault.Name == name);

        Assert.Empty(await FaultCommand.TryAsync(fault, server, table));
        Assert.Contains($"| {name} | {fault.MustHold} | 301 | 0 | 0 | 0 |", table.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_in_the_repository_has_all_rows()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Root, ".github", "faults.md"));

        Assert.All(Fault.All, fault =>
            Assert.Contains($"\n| {fault.Name} | {fault.MustHold} |", table, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(100, 114, true)]
    [InlineData(100, 116, false)]
    public void What_grows_is_not_flat(double second, double last, bool isFlat)
    {
        var series = new SoakSeries("memory", "MB", Factor: 1.1, Tolerance: 5);
        foreach (var quarter in new[] { 10, second, 100, last })
        {
            series.Add(quarter);
            series.Add(quarter);
        }

        series.Evaluate();
        Assert.Equal(isFlat, series.IsFlat);
    }

    [SkippableFact]
    [Trait("Category", "Long")]
    public async Task Memory_and_answers_stay_the_same_for_five_minutes()
    {
        var isAsked = Environment.GetEnvironmentVariable("LONG_TESTS") == "1";
        Skip.IfNot(isAsked, "It takes five minutes, and the machine for itself: LONG_TESTS=1 runs it.");
        var server = await FaultServer.BuildWithMemoryToolAsync();
        await using var soak = new Soak(server, TimeSpan.FromMinutes(5));

        Assert.Empty(await soak.RunAsync());
    }
}
