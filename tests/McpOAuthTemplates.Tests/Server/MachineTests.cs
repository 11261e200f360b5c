using System.Net;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>A server runs with what its machine has.</summary>
public sealed class MachineTests
{
    /// <summary>Nobody listens there.</summary>
    private const string Proxy = "http://127.0.0.1:1";

    private static (string, string)[] ProxyVariables =>
    [
        ("http_proxy", Proxy), ("https_proxy", Proxy), ("all_proxy", Proxy),
        ("HTTP_PROXY", Proxy), ("HTTPS_PROXY", Proxy), ("ALL_PROXY", Proxy),
        ("no_proxy", ""), ("NO_PROXY", ""),
    ];

    [Fact]
    public async Task A_proxy_of_the_machine_does_not_stand_before_an_issuer_on_the_machine()
    {
        await using var issuer = await TestIssuer.StartNewAsync();
        await using var server = await TodoServer.StartAsync(issuer, ProxyVariables);
        await server.WaitUntilReadyAsync();

        var token = issuer.CreateToken(new Uri(server.Address, "mcp").AbsoluteUri, "todo:read");
        using var answer = await server.Client.CallToolAsync("list_todos", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>
    /// The machine of the tests has no version of .NET later than the server's, so the server is made for an earlier one, which the
    /// machine does not have either.
    /// </summary>
    [Fact]
    public async Task A_later_major_version_of_dotnet_will_do()
    {
        var project = await TodoServer.BuiltAsync();
        var built = Path.GetDirectoryName(project.GetAssembly())!;
        var folder = Repository.CreateEmptyDirectory("earlier-dotnet");
        foreach (var file in Directory.EnumerateFiles(built))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var settings = Path.Combine(folder, "TodoServer.runtimeconfig.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(settings))!;
        foreach (var framework in json["runtimeOptions"]!["frameworks"]!.AsArray())
        {
            framework!["version"] = "5.0.0";
        }

        await File.WriteAllTextAsync(settings, json.ToJsonString());
        await using var server = await ServerProcess.StartAsync(Path.Combine(folder, "TodoServer.dll"), project.ContentRoot);
        Assert.Equal("Healthy", await server.Client.GetStringAsync("/healthz"));
    }
}
