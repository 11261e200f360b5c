using System.Text.RegularExpressions;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// Carries out what OAUTH-NEXT-STEPS.md says, as a program can: each block of C#, where the words before it say.
/// </summary>
internal static partial class NextSteps
{
    /// <summary>Changes the code of the app. Its tools get the attribute that the file shows.</summary>
    public static async Task ApplyAsync(string folder, bool isProtectedFirst = false)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(folder, "OAUTH-NEXT-STEPS.md"))).ReplaceLineEndings("\n");
        if (File.Exists(Path.Combine(folder, "Startup.cs")))
        {
            await ChangeAsync(Path.Combine(folder, "Startup.cs"), code => ApplyToStartup(code, text));
        }
        else
        {
            await ChangeAsync(Path.Combine(folder, "Program.cs"), code => ApplyToProgram(code, text, isProtectedFirst));
        }

        var attribute = Assert.Single(GetBlocks(text), block => IsForTools(block.Words)).Code;
        foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Where(HasTools))
        {
            await ChangeAsync(file, code => Tool.Replace(code, $"$1{attribute}\n$1$2"));
        }
    }

    private static string ApplyToProgram(string code, string text, bool isProtectedFirst)
    {
        foreach (var block in GetBlocks(text).Where(block => !IsForTools(block.Words) && !IsForStartup(block.Words)))
        {
            if (block.Words.StartsWith("In place of", StringComparison.Ordinal))
            {
                code = Replace(code, block.Code);
            }
            else if (block.Words.Contains("Before `builder.Build()`", StringComparison.Ordinal))
            {
                code = isProtectedFirst
                    ? InsertBehind(code, BuilderCreation, block.Code)
                    : Build.Replace(code, match => $"{block.Code}\n\n{match.Value}", 1);
            }
            else if (StandsBehind.IsMatch(block.Words))
            {
                code = InsertBehind(code, Build, block.Code);
            }
            else
            {
                Assert.Fail($"Nothing says where this stands: {block.Code}\n{block.Words}");
            }
        }

        return code;
    }

    // The file may show these lines in a block or in a sentence.
    private static string ApplyToStartup(string code, string text)
    {
        var services = StartupServices.Match(text);
        var endpoints = StartupEndpoints.Match(text);
        Assert.True(services.Success && endpoints.Success, "OAUTH-NEXT-STEPS.md says nothing about a Startup class.");

        code = Replace(code, endpoints.Value.TrimEnd(';') + ";");
        return InsertBehind(code, ConfigureServices, services.Value.TrimEnd(';') + ";");
    }

    // Only the first: an owner may forget another one.
    private static string Replace(string code, string replacement)
    {
        var match = MapMcp.Match(code);
        if (!match.Success)
        {
            return Run.Replace(code, found => $"{replacement}\n\n{found.Value}", 1);
        }

        // In a group, the group takes the place of the app.
        var receiver = match.Groups["receiver"].Value;
        replacement = Receiver.Replace(replacement, receiver + ".", 1);
        return MapMcp.Replace(code, replacement, 1);
    }

    private static string InsertBehind(string code, Regex place, string inserted)
    {
        Assert.Matches(place, code);
        return place.Replace(code, match => $"{match.Value}\n{inserted}", 1);
    }

    private static bool IsForTools(string words) => words.Contains("attribute", StringComparison.OrdinalIgnoreCase)
        || words.Contains("each tool", StringComparison.OrdinalIgnoreCase);

    private static bool IsForStartup(string words) => words.Contains("ConfigureServices", StringComparison.Ordinal)
        || words.Contains("UseEndpoints", StringComparison.Ordinal);

    private static bool HasTools(string file) =>
        Path.GetFileName(file) is "NoteTools.cs" or "RandomNumberTools.cs" or "Program.cs";

    private static async Task ChangeAsync(string path, Func<string, string> change)
    {
        var code = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        await File.WriteAllTextAsync(path, change(code));
    }

    // The words are the paragraph before the block, without the number of a list.
    private static List<(string Words, string Code)> GetBlocks(string text)
    {
        var blocks = new List<(string Words, string Code)>();
        foreach (Match match in Block.Matches(text))
        {
            var indentation = match.Groups["indentation"].Value;
            var lines = match.Groups["code"].Value.Split('\n').Select(line => line[Math.Min(indentation.Length, line.Length)..]);
            var paragraph = text[..match.Index].TrimEnd().Split("\n\n")[^1];
            var words = ListNumber.Replace(string.Join(' ', paragraph.Split('\n').Select(line => line.Trim())), "");

            // "Three lines in Program.cs. Before builder.Build():"
            blocks.Add((words.Split(". ")[^1].Trim(), string.Join('\n', lines).Trim()));
        }

        return blocks;
    }

    [GeneratedRegex(@"^(?<indentation> *)```csharp\n(?<code>.*?)\n *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block { get; }

    [GeneratedRegex(@"^\s*[0-9]+\.\s+")]
    private static partial Regex ListNumber { get; }

    [GeneratedRegex("^(?:Behind|After) ")]
    private static partial Regex StandsBehind { get; }

    [GeneratedRegex(@"^.*\bbuilder\.Build\(\).*$", RegexOptions.Multiline)]
    private static partial Regex Build { get; }

    [GeneratedRegex(@"^var builder = [^;]*;", RegexOptions.Multiline)]
    private static partial Regex BuilderCreation { get; }

    [GeneratedRegex(@"ConfigureServices\(IServiceCollection services\)\s*\{")]
    private static partial Regex ConfigureServices { get; }

    [GeneratedRegex(@"\b(?<receiver>\w+)\.MapMcp\([^;]*;")]
    private static partial Regex MapMcp { get; }

    [GeneratedRegex(@"^app\.Run\(.*$", RegexOptions.Multiline)]
    private static partial Regex Run { get; }

    [GeneratedRegex(@"^\w+\.")]
    private static partial Regex Receiver { get; }

    [GeneratedRegex(@"(?<![\w.])services\.AddOAuthProtection\(\);?")]
    private static partial Regex StartupServices { get; }

    [GeneratedRegex(@"(?<![\w.])endpoints\.MapProtectedMcp\(\);?")]
    private static partial Regex StartupEndpoints { get; }

    [GeneratedRegex(@"^( *)(\[McpServerTool(?:\(|\]|,))", RegexOptions.Multiline)]
    private static partial Regex Tool { get; }
}
