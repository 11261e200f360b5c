using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>The client of the TypeScript SDK: see tests/node/typescript-client.mjs.</summary>
public sealed class TypeScriptClientTests(DevServer dev) : IClassFixture<DevServer>
{
    private const string SignIn = "sign in: ";

    [SkippableTheory]
    [MemberData(nameof(CSharpClientTests.Clients), MemberType = typeof(CSharpClientTests))]
    public async Task It_signs_in_calls_steps_up_and_gets_a_new_token(string revision, bool hasDocument)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        var person = new Person(dev, $"carol-{revision}-{hasDocument}", ["todo:read"]);
        string[] document = hasDocument ? [dev.Documents.Url("good")] : [];
        await using var client = NodeTools.Start("typescript-client.mjs", [dev.Endpoint.AbsoluteUri, revision, .. document]);

        // The first consent page is for the connection, the second for the tool that writes.
        await SignInAsync(number: 1);
        Assert.StartsWith(hasDocument ? "https://localhost:" : "dyn.", person.ClientId, StringComparison.Ordinal);
        Assert.Contains(hasDocument ? "Documented client" : "Registered client", person.Page, StringComparison.Ordinal);
        await SignInAsync(number: 2);

        var result = (await client.WaitForExitAsync()).ShouldSucceed();
        Assert.Equal(["todo:read todo:write", "todo:read todo:write"], person.AskedScopes);
        Assert.Equal(revision, client.Find("revision: "));
        Assert.Equal("add_todo complete_todo list_todos whoami", client.Find("tools: "));
        Assert.Contains($"subject: {person.Name}", result.Output, StringComparison.Ordinal);
        Assert.Equal("Added 1. [ ] Buy milk", client.Find("add_todo: "));
        Assert.Equal("1. [ ] Buy milk", client.Find("list_todos: "));
        Assert.Equal("Completed 1. [x] Buy milk", client.Find("complete_todo: "));
        Assert.Equal("true", client.Find("refreshed: "));

        async Task SignInAsync(int number)
        {
            var answer = await person.AllowAsync(await client.WaitForAsync(SignIn, number));
            using var callback = await dev.Server.Client.GetAsync(answer.Response.Headers.Location);
            Assert.True(callback.IsSuccessStatusCode);
        }
    }
}
