using System.Xml.Linq;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Tests that were generated and built, run in one go: a run for each project would start everything anew.</summary>
internal static class TestRun
{
    public static async Task<IReadOnlyList<TestResult>> RunAsync(string name, IEnumerable<string> projects)
    {
        var output = Repository.CreateEmptyDirectory(name);
        var assemblies = projects.Select(project => Path.Combine(
            Path.GetDirectoryName(project)!, "bin", "Debug", "net10.0", Path.GetFileNameWithoutExtension(project) + ".dll"));
        var run = await Dotnet.RunAsync(
            Template.Sandbox, ["test", .. assemblies, "--logger", "trx;LogFileName=tests.trx", "--results-directory", output]);
        var file = Path.Combine(output, "tests.trx");
        Assert.True(File.Exists(file), run.Text);

        var report = XDocument.Load(file);
        var ns = report.Root!.Name.Namespace;
        var assemblyOf = report.Descendants(ns + "UnitTest")
            .ToDictionary(test => (string)test.Attribute("id")!, test => (string)test.Attribute("storage")!);
        return
        [
            .. from result in report.Descendants(ns + "UnitTestResult")
               let test = ((string)result.Attribute("testName")!).Split('(')[0]
               select new TestResult(
                   assemblyOf[(string)result.Attribute("testId")!],
                   test[(test.LastIndexOf('.') + 1)..],
                   (string)result.Attribute("outcome")!,
                   string.Concat(result.Descendants(ns + "Message").Select(text => text.Value))),
        ];
    }
}

/// <summary>The path of the assembly may be in lower case.</summary>
internal sealed record TestResult(string Assembly, string Method, string Outcome, string Message)
{
    public bool IsOf(string folder) => Assembly.Replace('\\', '/').Contains($"/{folder}/", StringComparison.OrdinalIgnoreCase);
}
