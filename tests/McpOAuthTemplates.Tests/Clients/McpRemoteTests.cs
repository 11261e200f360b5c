using System.Collections.Concurrent;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>The npm package mcp-remote, by which hosts without OAuth connect: for them, it is a local server.</summary>
public sealed class McpRemoteTests(DevServer dev) : IClassFixture<DevServer>
{
    [SkippableTheory]
    [InlineData("legacy", false)]
    [InlineData("auto", true)]
    public async Task It_signs_in_calls_and_steps_up(string protocol, bool isRevision20260728)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        Skip.IfNot(OperatingSystem.IsLinux(), "Only on Linux does it open the browser that BROWSER names.");
        var person = new Person(dev, $"dave-{protocol}", ["todo:read"]);
        var home = Repository.CreateEmptyDirectory("mcp-remote", protocol);
        var opened = Path.Combine(home, "opened");
        var signIn = SignInAsync(person, opened);
        var start = NodeTools.CreateStartInfo(
            NodeTools.GetModule("mcp-remote", "dist", "proxy.js"), dev.Endpoint.AbsoluteUri, "--protocol", protocol);
        ConcurrentQueue<string> log = [];
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new StdioClientTransportOptions
            {
                Command = start.FileName,
                Arguments = [.. start.ArgumentList],
                EnvironmentVariables = new Dictionary<string, string?>
                {
                    ["BROWSER"] = WriteBrowser(home),
                    ["XDG_CURRENT_DESKTOP"] = "X-Generic", // Otherwise a desktop would open its own browser.
                    ["DISPLAY"] = "",
                    ["WAYLAND_DISPLAY"] = "",
                    ["OPENED"] = opened,
                    ["MCP_REMOTE_CONFIG_DIR"] = Path.Combine(home, "config"),
                },
                StandardErrorLines = log.Enqueue,
            }),
            new McpClientOptions { ProtocolVersion = "2025-11-25" });

        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        Assert.Equal(["todo:read todo:write", "todo:read todo:write"], person.AskedScopes);
        await signIn;
        Assert.Equal(
            isRevision20260728, log.Any(line => line.Contains("Remote server speaks MCP 2026-07-28", StringComparison.Ordinal)));
    }

    // Twice: for the connection, and for the tool that writes.
    private async Task SignInAsync(Person person, string opened)
    {
        for (var number = 1; number <= 2; number++)
        {
            string[] urls = [];
            await Poll.UntilAsync(async () =>
            {
                urls = File.Exists(opened) ? await File.ReadAllLinesAsync(opened) : [];
                return urls.Length >= number;
            });
            var answer = await person.AllowAsync(urls[number - 1]);

            // It opens the browser before it listens.
            await Poll.UntilAsync(async () =>
            {
                try
                {
                    using var callback = await dev.Server.Client.GetAsync(answer.Response.Headers.Location);
                    return callback.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
        }
    }

    /// <summary>A browser that only notes what it should open.</summary>
    private static string WriteBrowser(string folder)
    {
        var browser = Path.Combine(folder, "browser");
        File.WriteAllText(browser, "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return browser;
    }
}
