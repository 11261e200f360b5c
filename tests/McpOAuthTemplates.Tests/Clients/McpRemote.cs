using System.Collections.Concurrent;
using McpOAuthTemplates.Tests.Infrastructure;
using ModelContextProtocol.Client;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>The npm package mcp-remote, with a folder in which it keeps its tokens and a browser that only notes what it should open.</summary>
internal sealed class McpRemote(string folder, Uri endpoint, string protocol)
{
    private readonly string _opened = Path.Combine(folder, "opened");

    /// <summary>What it has logged.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>The URLs that it wanted to open, in order.</summary>
    public string[] Opened => File.Exists(_opened) ? File.ReadAllLines(_opened) : [];

    /// <summary>Starts it, and is a host that speaks with it.</summary>
    public Task<McpClient> ConnectAsync()
    {
        var start = NodeTools.CreateStartInfo(
            NodeTools.GetModule("mcp-remote", "dist", "proxy.js"), endpoint.AbsoluteUri, "--protocol", protocol);
        return McpClient.CreateAsync(
            new StdioClientTransport(new StdioClientTransportOptions
            {
                Command = start.FileName,
                Arguments = [.. start.ArgumentList],
                EnvironmentVariables = new Dictionary<string, string?>
                {
                    ["BROWSER"] = WriteBrowser(),
                    ["XDG_CURRENT_DESKTOP"] = "X-Generic", // Otherwise a desktop would open its own browser.
                    ["DISPLAY"] = "",
                    ["WAYLAND_DISPLAY"] = "",
                    ["OPENED"] = _opened,
                    ["MCP_REMOTE_CONFIG_DIR"] = Path.Combine(folder, "config"),
                },
                StandardErrorLines = Log.Enqueue,
            }),
            new McpClientOptions { ProtocolVersion = "2025-11-25" });
    }

    /// <summary>Waits until it wants to open a URL, and signs in there.</summary>
    public async Task SignInAsync(Person person, HttpClient http, int number = 1)
    {
        await Poll.UntilAsync(() => Task.FromResult(Opened.Length >= number));
        var answer = await person.AllowAsync(Opened[number - 1]);

        // It opens the browser before it listens.
        await Poll.UntilAsync(async () =>
        {
            try
            {
                using var callback = await http.GetAsync(answer.Response.Headers.Location);
                return callback.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    private string WriteBrowser()
    {
        var browser = Path.Combine(folder, "browser");
        File.WriteAllText(browser, "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        return browser;
    }
}
