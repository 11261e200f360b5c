using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// server.json is what the MCP Registry takes, and the workflow publishes it when its owner has filled it in. The rules here are
/// those of the registry for a server with a remote (schema of 2025-12-11), written down so that they need no network.
/// </summary>
public sealed partial class RegistryTests
{
    private const string Schema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

    private static readonly string[] s_members = ["$schema", "name", "title", "description", "version", "remotes"];

    public static TheoryData<ProjectName> Names => NameTests.Rows;

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task Each_project_has_one_at_its_root_with_its_resource(Variant variant)
    {
        var project = await Template.CreateAsync(variant);

        Assert.Equal(["server.json"], project.Files.Where(file => Path.GetFileName(file) == "server.json"));
        var url = variant.GetOption("--resource") ?? "https://mcp.example.com/mcp";
        AssertValid(project.Read("server.json"), url);
    }

    [Theory]
    [InlineData("api", "https://mcp.contoso.com/api/mcp")]
    [InlineData("root", "https://mcp.contoso.com")]
    [InlineData("port", "https://mcp.contoso.com:8443/a-b/mcp_1~2.3")]
    public async Task The_url_is_that_of_the_resource(string folder, string url)
    {
        var project = await Template.CreateAsync("registry-" + folder, "TodoServer", "--resource", url);

        AssertValid(project.Read("server.json"), url);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_name_of_a_project_makes_a_valid_one(ProjectName name)
    {
        var project = await GeneratedProjects.CreateAsync(name);
        var server = AssertValid(project.Read("server.json"), "https://mcp.example.com/mcp");

        Assert.Equal(name.Value, (string)server["title"]!);
    }

    /// <summary>The rules are no decoration.</summary>
    [Theory]
    [InlineData("name", "todo-server")]
    [InlineData("name", "io.github.me/todo server")]
    [InlineData("name", "io.github.me/todo/server")]
    [InlineData("title", "")]
    [InlineData("description", "")]
    [InlineData("version", "^1.0.0")]
    [InlineData("version", "latest")]
    [InlineData("packages", "[]")]
    public async Task The_rules_find_what_is_wrong(string member, string value)
    {
        var project = await Template.CreateAsync(Variants.Default);
        var server = JsonNode.Parse(project.Read("server.json"))!.AsObject();
        server[member] = value;

        Assert.NotEmpty(FindProblems(server));
    }

    [Theory]
    [InlineData("http://mcp.contoso.com/mcp")]
    [InlineData("https://localhost/mcp")]
    [InlineData("https://mcp.contoso.com/{tenant}/mcp")]
    [InlineData("/mcp")]
    public async Task The_rules_find_a_url_that_nobody_can_reach(string url)
    {
        var project = await Template.CreateAsync(Variants.Default);
        var server = JsonNode.Parse(project.Read("server.json"))!.AsObject();
        server["remotes"]![0]!["url"] = url;

        Assert.NotEmpty(FindProblems(server));
    }

    /// <summary>It describes the server and is no part of it.</summary>
    [Theory]
    [InlineData("default")]
    [InlineData("everything")]
    public async Task It_is_not_published_with_the_server(string variant)
    {
        var project = await Template.CreateAsync(Variants.Built.Single(row => row.Name == variant));
        var items = await Dotnet.RunAsync(project.ContentRoot, "msbuild", project.ProjectFile, "-getItem:Content", "-getItem:None");
        var published = JsonNode.Parse(items.ShouldSucceed().Output)!["Items"]!["Content"]!.AsArray();

        Assert.Contains(published, item => (string)item!["Identity"]! == "appsettings.json");
        Assert.DoesNotContain(published, item => (string)item!["Filename"]! == "server");
        if (variant == "everything")
        {
            Assert.Contains("server.json", project.Read(".dockerignore").Split('\n'));
        }
    }

    [Theory]
    [MemberData(nameof(Variants.ReviewedRows), MemberType = typeof(Variants))]
    public async Task The_README_says_in_a_few_lines_how_to_publish(Variant variant)
    {
        var readme = (await Template.CreateAsync(variant)).Read("README.md");
        var section = Section.Match(readme).Value.TrimEnd().Split('\n');

        Assert.InRange(section.Length, 8, 15);
        Assert.Contains(section, line => line.Contains("[server.json](server.json)", StringComparison.Ordinal));
        Assert.Equal(variant.HasCI, section.Any(line => line.Contains("registry.yml", StringComparison.Ordinal)));
        Assert.Equal(!variant.HasCI, section.Any(line => line.Contains("mcp-publisher publish", StringComparison.Ordinal)));
    }

    internal static JsonObject AssertValid(string text, string url)
    {
        var server = JsonNode.Parse(text)!.AsObject();
        Assert.Empty(FindProblems(server));
        Assert.Equal(url, (string)server["remotes"]!.AsArray().Single()!["url"]!);
        return server;
    }

    private static IEnumerable<string> FindProblems(JsonObject server)
    {
        foreach (var member in server.Select(member => member.Key).Except(s_members))
        {
            yield return $"{member}: a server without packages does not have it";
        }

        if (Read(server, "$schema") != Schema)
        {
            yield return "$schema: not the current one";
        }

        if (Read(server, "name") is not { Length: >= 3 and <= 200 } name || !ServerName.IsMatch(name))
        {
            yield return "name: not a namespace, a slash and a name";
        }

        foreach (var member in new[] { "title", "description" })
        {
            if (Read(server, member) is not { Length: >= 1 and <= 100 } text || text != text.Trim())
            {
                yield return $"{member}: not 1 to 100 characters";
            }
        }

        if (Read(server, "version") is not { } version || !Version.IsMatch(version))
        {
            yield return "version: not one version";
        }

        foreach (var problem in FindProblemsOfRemotes(server["remotes"] as JsonArray))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> FindProblemsOfRemotes(JsonArray? remotes)
    {
        if (remotes is null or [])
        {
            yield return "remotes: none";
            yield break;
        }

        foreach (var remote in remotes.Select(remote => remote!.AsObject()))
        {
            if (!remote.Select(member => member.Key).SequenceEqual(["type", "url"]) || Read(remote, "type") != "streamable-http")
            {
                yield return "remotes: not a URL for Streamable HTTP";
            }

            if (!IsPublic(Read(remote, "url")))
            {
                yield return "remotes: not a public URL";
            }
        }
    }

    // Braces would be variables that the user has to fill in.
    private static bool IsPublic(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && parsed.Scheme == "https"
        && !parsed.IsLoopback
        && url!.IndexOfAny(['{', '}', ' ']) < 0;

    private static string? Read(JsonObject node, string member) =>
        node[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string)value! : null;

    [GeneratedRegex(@"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+\z")]
    private static partial Regex ServerName { get; }

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?\z")]
    private static partial Regex Version { get; }

    [GeneratedRegex(@"^## Publish\n(?:(?!## ).*\n)+", RegexOptions.Multiline)]
    private static partial Regex Section { get; }
}
