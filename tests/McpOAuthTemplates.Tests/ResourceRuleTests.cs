using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpOAuthServer.Authorization;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// The option --resource and the setting OAuth:Resource have one rule: a regular expression of the template engine, and code of the
/// generated server.
/// </summary>
public sealed class ResourceRuleTests
{
    private static readonly string[] s_schemes = ["https://", "http://", "HTTPS://", "ftp://", "//", ""];

    private static readonly string[] s_hosts =
    [
        "mcp.contoso.com", "MCP.contoso.com", "localhost", "10.0.0.1", "10.1", "010.0.0.1", "0x7f.1", "256.1.1.1", "[2001:db8::1]",
        "[2001:DB8::1]", "[::1", "[::ffff:1.2.3.4]", "[0:0:0:0:0:0:0:1]", "[1:2]", "[fe80::1%25eth0]", "user@mcp.contoso.com",
        "mcp..contoso.com", "mcp.contoso.com.", "-a.contoso.com", "a-.contoso.com", "a_b.contoso.com", "bücher.contoso.com",
        "xn--bcher-kva.contoso.com", "a b", "mcp.contoso.com\\x", "..", "",
    ];

    private static readonly string[] s_ports =
        ["", ":8443", ":443", ":80", ":0", ":65535", ":65536", ":99999", ":", ":08443", ":x", ":-1"];

    private static readonly string[] s_paths =
    [
        "", "/", "/mcp", "/mcp/", "/a/b-c_d.e~f", "//mcp", "/a//b", "/.", "/..", "/a/../b", "/a/./b", "/a/..b", "/...", "/{id}", "/a*",
        "/m%63p", "/a%2Fb", "/%2e%2e", "/a b", "/a\\b", "/ä", "/a;b", "/a:b", "/a@b", "/mcp#f", "/mcp?x=1", "?x", "#f", "/mcp\n", "/\"",
    ];

    private static readonly Regex s_isRefusedOption = new(ReadPattern());

    [Fact]
    public void Option_and_setting_accept_the_same()
    {
        var values =
            from scheme in s_schemes
            from host in s_hosts
            from port in s_ports
            from path in s_paths
            select scheme + host + port + path;
        var all = values.ToArray();
        var accepted = all.Where(IsAcceptedByOption).ToArray();

        // A regular expression cannot tell how an IPv6 address is written: the start of the server says it.
        var different = all
            .Where(value => IsAcceptedByOption(value) != IsAcceptedBySetting(value))
            .Where(value => !value.Contains("[0:0:0:0:0:0:0:1]", StringComparison.Ordinal))
            .Where(value => !value.Contains("[1:2]", StringComparison.Ordinal))
            .ToArray();

        Assert.True(different.Length == 0, $"{different.Length}:\n{string.Join('\n', different.Take(80))}");
        Assert.Contains("https://mcp.contoso.com/mcp", accepted);
        Assert.InRange(accepted.Length, 50, all.Length / 10);
    }

    private static bool IsAcceptedByOption(string value) => !s_isRefusedOption.IsMatch(value);

    // In Development, where http is allowed, as it is for the option. What begins with a slash stands for a path of the server there.
    private static bool IsAcceptedBySetting(string value)
    {
        var options = new OAuthOptions { Issuer = "https://login.contoso.com", Resource = value };
        var validator = new OAuthOptionsValidator(new Development(), new ConfigurationBuilder().Build());
        return validator.Validate(null, options).Succeeded;
    }

    private static string ReadPattern()
    {
        var path = Path.Combine(Repository.Templates, "mcp-oauth", ".template.config", "providers.template.json");
        var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var configuration = JsonNode.Parse(File.ReadAllText(path), documentOptions: lenient)!;
        return (string)configuration["symbols"]!["resourceIsInvalid"]!["parameters"]!["pattern"]!;
    }

    private sealed class Development : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Development;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
