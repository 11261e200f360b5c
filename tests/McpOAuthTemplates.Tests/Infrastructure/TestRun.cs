using System.Xml.Linq;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Tests that were generated and built: each assembly is run as it is, without looking at its project again.</summary>
internal static class TestRun
{
    /// <summary>Two at a time, for test projects by the name of the folder that they were made in.</summary>
    public static async Task<ILookup<string, TestResult>> RunAsync(string name, IReadOnlyDictionary<string, string> projects)
    {
        var output = Repository.CreateEmptyDirectory(name);
        var results = new List<(string Folder, TestResult Result)>();
        await Parallel.ForEachAsync(projects, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (project, _) =>
        {
            var file = await RunAsync(project.Value, output, project.Key);
            lock (results)
            {
                results.AddRange(Read(file).Select(result => (project.Key, result)));
            }
        });
        return results.ToLookup(row => row.Folder, row => row.Result);
    }

    private static async Task<string> RunAsync(string project, string output, string name)
    {
        var assembly = Path.Combine(
            Path.GetDirectoryName(project)!, "bin", "Debug", "net10.0", Path.GetFileNameWithoutExtension(project) + ".dll");
        var run = await Dotnet.RunAsync(
            Template.Sandbox, "test", assembly, "--logger", $"trx;LogFileName={name}.trx", "--results-directory", output);
        var file = Path.Combine(output, name + ".trx");
        Assert.True(File.Exists(file), run.Text);
        return file;
    }

    private static IEnumerable<TestResult> Read(string file)
    {
        var report = XDocument.Load(file);
        var ns = report.Root!.Name.Namespace;
        return
            from result in report.Descendants(ns + "UnitTestResult")
            let test = ((string)result.Attribute("testName")!).Split('(')[0]
            select new TestResult(
                test[(test.LastIndexOf('.') + 1)..],
                (string)result.Attribute("outcome")!,
                string.Concat(result.Descendants(ns + "Message").Select(text => text.Value)));
    }
}

internal sealed record TestResult(string Method, string Outcome, string Message);
