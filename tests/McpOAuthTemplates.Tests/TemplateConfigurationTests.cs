using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.FileSystemGlobbing;

namespace McpOAuthTemplates.Tests;

/// <summary>Each option of each template has an effect, is documented and is tested; no path and no symbol is dead.</summary>
public sealed partial class TemplateConfigurationTests
{
    /// <summary>What the harness gives to each template by itself.</summary>
    private static readonly string[] s_givenAlways = ["--http-port", "--no-restore"];

    /// <summary>The first SDK that can build what the templates write.</summary>
    private const string OldestSdk = "[10.0.100,)";

    /// <summary>The properties of template.json whose text names symbols.</summary>
    private static readonly string[] s_sources = ["source", "sourceVariableName", "fallbackVariableName", "valueSource"];

    private static readonly string[] s_expressions = ["value", "condition", "isEnabled", "isRequired"];

    private static readonly string[] s_properties =
        [.. s_sources, .. s_expressions];

    public static TheoryData<string> Templates => new(TemplateConfiguration.All);

    [Theory]
    [MemberData(nameof(Templates))]
    public void Parameters_are_described_and_in_both_host_files(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var names = configuration.Parameters.Select(parameter => parameter.Name).ToArray();

        Assert.Equal(template == "mcp-oauth-update", names.Length == 0);
        Assert.Equal(names, configuration.CommandLine["symbolInfo"]!.AsObject().Select(info => info.Key));
        Assert.Equal(names, configuration.Ide["symbolInfo"]!.AsArray().Select(info => (string)info!["id"]!));
        Assert.All(configuration.Parameters, parameter =>
        {
            Assert.Matches(@"^[A-Z].*\.$", (string?)parameter.Symbol["description"]);
            Assert.Matches(@"^[A-Z].*[^.]$", (string?)parameter.Symbol["displayName"]);
            Assert.NotNull((string?)parameter.Symbol["defaultValue"]);
        });
        Assert.All(names, name => Assert.Matches("^--[a-z]+(-[a-z]+)*$", configuration.GetOption(name)));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_symbol_is_used(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var files = configuration.Files.DistinctBy(file => file.Path).ToDictionary(file => file.Path, file => File.ReadAllText(file.Path));
        var questions = configuration.Conditions.Concat(FindQuestions(configuration.Root)).ToArray();

        Assert.Empty(
            from symbol in configuration.Symbols
            where symbol.Value!["replaces"] is null && symbol.Value["fileRename"] is null
            where !questions.Any(question => Regex.IsMatch(question, $@"\b{symbol.Key}\b"))
            select symbol.Key);
        Assert.Empty(
            from symbol in configuration.Symbols
            let token = (string?)symbol.Value!["replaces"]
            where token is not null && !questions.Any(question => Regex.IsMatch(question, $@"\b{symbol.Key}\b"))
            from place in symbol.Value!["onlyIf"]?.AsArray().Select(rule => (string)rule!["after"]! + token) ?? [token]
            where !files.Values.Any(text => text.Contains(place, StringComparison.Ordinal))
            select $"{symbol.Key} replaces \"{place}\", which is in no file.");

        var named = string.Join('\n', configuration.Files.Select(file => file.Name).Append(configuration.Root["postActions"]?.ToJsonString()));
        Assert.All(configuration.Symbols.Select(symbol => (string?)symbol.Value!["fileRename"]).OfType<string>(), token =>
            Assert.Contains(token, named, StringComparison.Ordinal));
    }

    /// <summary>The code needs .NET 10: an SDK that has no such compiler says so before it writes a file.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_template_names_the_SDK_that_it_needs(string template)
    {
        var constraint = TemplateConfiguration.Read(template).Root["constraints"]!.AsObject().Single().Value!;

        Assert.Equal("sdk-version", (string)constraint["type"]!);
        Assert.Equal(OldestSdk, (string)constraint["args"]!.AsArray().Single()!);
    }

    [Fact]
    public async Task An_SDK_that_is_too_old_says_why()
    {
        const string NextCentury = "[99.0.100,)";
        var home = Repository.CreateEmptyDirectory("old-sdk-home");
        var templates = Repository.CreateEmptyDirectory("old-sdk-templates");
        var sandbox = Template.CreateSandbox("old-sdk-sandbox");
        CopyTemplates(templates, text => text.Replace(OldestSdk, NextCentury, StringComparison.Ordinal));

        var installed = await Dotnet.RunAsync(sandbox, home, ["new", "install", templates]);
        var created = await Dotnet.RunAsync(sandbox, home, ["new", "mcp-oauth", "-n", "Todos", "-o", "Todos", "--no-update-check"]);

        var warnings = installed.ShouldSucceed().Output.Split("their constraints are not met")[1];
        Assert.All(TemplateConfiguration.All, template => Assert.Contains($"({template})", warnings, StringComparison.Ordinal));
        Assert.Equal(100, created.ExitCode);
        Assert.Contains("Supported version(s): [99.0.100, )", created.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(sandbox, "Todos")));
    }

    /// <summary>The engine reads only files of the template's own folder, so that each template has a copy.</summary>
    [Fact]
    public void What_templates_have_in_common_is_the_same_everywhere()
    {
        var copies = TemplateConfiguration.All.Select(TemplateConfiguration.Read)
            .SelectMany(configuration => configuration.SharedFiles.Select(file =>
                (Name: file, Text: File.ReadAllText(Path.Combine(configuration.ConfigurationDirectory, file)))))
            .ToLookup(file => file.Name, file => file.Text);

        Assert.Equal(["downstream.template.json", "names.template.json", "providers.template.json", "scopes.template.json"], copies.Select(file => file.Key).Order());
        Assert.All(copies, file =>
        {
            Assert.True(file.Count() > 1, file.Key);
            Assert.Single(file.Distinct());
        });
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_condition_asks_for_symbols_that_exist(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var choices = configuration.Parameters.SelectMany(parameter => parameter.Symbol["choices"]?.AsArray() ?? [])
            .Select(choice => (string)choice!["choice"]!);
        var known = configuration.Symbols.Select(symbol => symbol.Key).Concat(["name", "true", "false"]).Concat(choices).ToArray();
        var asked = configuration.Conditions.Concat(FindQuestions(configuration.Root, s_expressions))
            .SelectMany(question => Word.Matches(Quoted.Replace(question, "")).Select(match => match.Value));
        var sources = FindQuestions(configuration.Symbols, s_sources);

        Assert.Empty(asked.Concat(sources).Distinct().Except(known));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_path_exists(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var names = configuration.Files.Select(file => file.Name).ToArray();
        var patterns = configuration.Sources.SelectMany(source => source["modifiers"]?.AsArray().Append(source) ?? [source])
            .SelectMany(modifier => GetPatterns(modifier!.AsObject()));
        var primaryOutputs = configuration.Root["primaryOutputs"]?.AsArray().Select(output => (string)output!["path"]!) ?? [];

        Assert.All(configuration.SourceFolders, folder => Assert.True(Directory.Exists(folder), folder));
        Assert.All(patterns, pattern =>
            Assert.True(new Matcher(StringComparison.Ordinal).AddInclude(pattern).Match(names).HasMatches, pattern));
        Assert.Empty(primaryOutputs.Except(configuration.Outputs));

        static IEnumerable<string> GetPatterns(JsonObject modifier) =>
            from rule in modifier
            where rule.Key is "include" or "exclude" or "copyOnly" or "rename"
            from pattern in rule.Value switch
            {
                JsonArray patterns => patterns.Select(pattern => (string)pattern!),
                JsonObject renames => renames.Select(rename => rename.Key),
                _ => [(string)rule.Value!],
            }
            where !pattern.StartsWith(".template.config/", StringComparison.Ordinal)
            select pattern;
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_option_is_tested_and_in_the_README(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var options = configuration.Parameters.Select(parameter => configuration.GetOption(parameter.Name)).ToArray();
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.Empty(options.Except(Variants.Built.Concat(Variants.TestProjects).Concat(Variants.Items).SelectMany(variant => variant.Arguments)).Except(s_givenAlways));
        Assert.All(options, option => Assert.Contains($"\n| `{option}` |", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_pair_of_option_values_is_built()
    {
        var pairs = Pairwise.GetPairs(Variants.Options, Variants.CanMeet).ToArray();

        Assert.True(pairs.Length > 800, $"{pairs.Length} pairs");
        Assert.All(pairs, pair => Assert.Contains(Variants.PairRows, row =>
            row[pair.Option] == pair.Value && row[pair.OtherOption] == pair.OtherValue));
        Assert.All(Variants.PairRows.Zip(Variants.Pairs), row => Assert.All(
            row.First.SelectMany(value => value.Split(' ')).Where(word => word is not ("" or "GIVEN")),
            word => Assert.Contains(word, row.Second.Arguments)));
    }

    [Fact]
    public void The_README_has_no_option_that_is_gone()
    {
        var readme = ReadmeOption.Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")));
        var options =
            from template in TemplateConfiguration.All
            let configuration = TemplateConfiguration.Read(template)
            from parameter in configuration.Parameters
            select configuration.GetOption(parameter.Name);

        Assert.Empty(readme.Select(match => match.Groups[1].Value).Except(options));
    }

    /// <summary>The engine has no way to write a list of modifiers once for two targets.</summary>
    [Fact]
    public void A_project_is_the_same_alone_and_in_a_solution()
    {
        var layouts = TemplateConfiguration.Read("mcp-oauth").Sources.Take(2).ToArray();

        Assert.Equal(["(!InSolution)", "(InSolution)"], layouts.Select(layout => (string)layout["condition"]!));
        Assert.Equal(GetRest(layouts[0]), GetRest(layouts[1]));

        static string GetRest(JsonObject source) =>
            new JsonObject(source.Where(value => value.Key is not ("condition" or "target"))
                .Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone()))).ToJsonString();
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Help_tells_of_each_option(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var shortName = (string)configuration.Root["shortName"]!;
        var output = (await Template.RunAsync(Template.Sandbox, shortName, "--help")).ShouldSucceed().Output;
        var help = HelpOption.Matches(output.Split("Template options:").ElementAtOrDefault(1) ?? "")
            .ToDictionary(match => match.Groups[1].Value, match => Blanks.Replace(match.Groups[2].Value, " ").Trim());

        Assert.Equal(configuration.Parameters.Count(), help.Count);
        Assert.All(configuration.Parameters, parameter =>
        {
            var text = help[configuration.GetOption(parameter.Name)];
            var defaultValue = (string)parameter.Symbol["defaultValue"]!;
            var required = parameter.Symbol["isRequired"] is null ? "" : " Required: *true*";
            Assert.StartsWith($"{(string)parameter.Symbol["description"]!}{required} Type: ", text, StringComparison.Ordinal);
            if (defaultValue.Length > 0)
            {
                Assert.EndsWith($" Default: {defaultValue}", text, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void The_icon_is_a_PNG(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        var icon = File.ReadAllBytes(Path.Combine(configuration.ConfigurationDirectory, (string)configuration.Ide["icon"]!));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], icon[..8]);
    }

    [Fact]
    public async Task The_folder_and_the_package_generate_the_same()
    {
        var home = Repository.CreateEmptyDirectory("package-home");
        var sandbox = Template.CreateSandbox("package-sandbox");
        var installed = await Dotnet.RunAsync(sandbox, home, ["new", "install", (await Package.PackedAsync()).Path]);
        Assert.Contains("mcp-oauth", installed.ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rror", installed.Text, StringComparison.Ordinal);

        foreach (var variant in Variants.Reviewed)
        {
            var expected = await Template.CreateAsync(variant);
            var folder = Path.Combine(sandbox, variant.Name);
            (await Dotnet.RunAsync(sandbox, home, [
                "new", "mcp-oauth", "-n", expected.Name, "-o", folder, "--no-restore", "--http-port", "5123", "--no-update-check",
                .. variant.Arguments])).ShouldSucceed();

            Assert.Equal(expected.Files, Repository.EnumerateFiles(folder));
            Assert.All(expected.Files, file => Assert.Equal(
                File.ReadAllBytes(Path.Combine(expected.Directory, file)), File.ReadAllBytes(Path.Combine(folder, file))));
        }
    }

    private static void CopyTemplates(string target, Func<string, string> edit)
    {
        foreach (var file in Repository.EnumerateFiles(Repository.Templates))
        {
            var copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetFileName(file) == "template.json")
            {
                File.WriteAllText(copy, edit(File.ReadAllText(Path.Combine(Repository.Templates, file))));
                continue;
            }

            File.Copy(Path.Combine(Repository.Templates, file), copy);
        }
    }

    /// <summary>The texts of template.json that may name symbols.</summary>
    private static IEnumerable<string> FindQuestions(JsonNode? node, string[]? properties = null) => node switch
    {
        JsonObject values => values.SelectMany(value => value.Value is JsonValue text
            ? (properties ?? s_properties).Contains(value.Key) && !IsResult(values, value.Key)
                && text.TryGetValue<string>(out var question) ? [question] : []
            : FindQuestions(value.Value, properties)),
        JsonArray items => items.SelectMany(item => FindQuestions(item, properties)),
        _ => [],
    };

    // The case of a switch has a condition, and what it results in; a constant has a value alone.
    private static bool IsResult(JsonObject values, string property) =>
        property == "value" && (values.ContainsKey("condition") || (string?)values["type"] is null or "const");

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word { get; }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted { get; }

    [GeneratedRegex(@"^\| `(--[a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ReadmeOption { get; }

    [GeneratedRegex(@"^  (?:-\w+, )?(--[a-z-]+)(?: <[^>]*>)?\s{2,}(.*(?:\n {6,}.*)*)", RegexOptions.Multiline)]
    private static partial Regex HelpOption { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
