using McpOAuthTemplates.Tests.Infrastructure;

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
        var remote = new McpRemote(Repository.CreateEmptyDirectory("mcp-remote", protocol), dev.Endpoint, protocol);
        var signIn = SignInAsync(remote, person);
        await using var client = await remote.ConnectAsync();

        Assert.Contains($"subject: {person.Name}", await client.CallTextAsync("whoami"), StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", await client.CallTextAsync("add_todo", ("title", "Buy milk")));
        Assert.Equal("1. [ ] Buy milk", await client.CallTextAsync("list_todos"));
        Assert.Equal(["todo:read todo:write", "todo:read todo:write"], person.AskedScopes);
        await signIn;
        Assert.Equal(
            isRevision20260728, remote.Log.Any(line => line.Contains("Remote server speaks MCP 2026-07-28", StringComparison.Ordinal)));
    }

    // Twice: for the connection, and for the tool that writes.
    private async Task SignInAsync(McpRemote remote, Person person)
    {
        for (var number = 1; number <= 2; number++)
        {
            await remote.SignInAsync(person, dev.Server.Client, number);
        }
    }
}
