using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>What the development authorization server keeps from start to start, and how.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_sign_in_outlives_restarts_and_is_still_watched_over()
    {
        var folder = CreateFolder();
        await using var first = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(first);
        var tokens = await client.SignInAsync("alice");
        var page = await client.OpenAsync();
        await first.StopAsync();

        // The access token, the refresh token, and the page that a person was looking at.
        await using var second = await StartAgainAsync(first, folder);
        client = client.At(second);
        await second.WaitUntilReadyAsync();
        using (var call = await second.Client.CallToolAsync("whoami", (string)tokens["access_token"]!))
        {
            Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        }

        var rotated = (await client.RefreshAsync(tokens)).ShouldSucceed();
        Assert.NotEqual((string)tokens["refresh_token"]!, (string)rotated["refresh_token"]!);
        var code = await client.AllowAsync(page);
        await second.StopAsync();

        // A code that was not redeemed yet, and what was used before the restart.
        await using var third = await StartAgainAsync(second, folder);
        client = client.At(third);
        (await client.RedeemAsync(code)).ShouldSucceed();
        Assert.Equal("invalid_grant", (await client.RedeemAsync(code)).Error);
        Assert.Equal(400, (await new Browser(third.Client).SubmitAsync(page, "Allow")).Status);
        Assert.Equal("invalid_grant", (await client.RefreshAsync(tokens)).Error);
        Assert.Equal("invalid_grant", (await client.RefreshAsync(rotated)).Error);
        Assert.DoesNotContain("warn:", third.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_instances_of_a_project_share_their_sign_ins()
    {
        var folder = CreateFolder();
        await using var one = await StartAsync(folder);
        await using var other = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(one);
        var tokens = await client.SignInAsync();

        Assert.Equal(await GetKeysAsync(one), await GetKeysAsync(other));
        var rotated = (await client.At(other).RefreshAsync(tokens)).ShouldSucceed();
        Assert.Equal("invalid_grant", (await client.RefreshAsync(tokens)).Error);
        Assert.Equal("invalid_grant", (await client.At(other).RefreshAsync(rotated)).Error);

        // Who has signed in at one of them can be chosen at the other.
        await new Browser(one.Client).SubmitAsync(
            await client.OpenAsync(), "Allow", new Dictionary<string, string> { ["user"] = "grace", ["roles"] = "admin" });
        var page = await client.At(other).OpenAsync();
        Assert.Contains("Allow as grace (roles: admin)", page.Text, StringComparison.Ordinal);
        var answer = await new Browser(other.Client).SubmitAsync(page, "Allow as grace (roles: admin)");
        Assert.True(answer.Status == 302, answer.Text);

        // Many at the same time lose nothing.
        var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => client.At(number % 2 == 0 ? one : other).SignInAsync()));
        Assert.All(many, signIn => Assert.NotNull((string?)signIn["refresh_token"]));
        foreach (var signIn in many)
        {
            (await client.At(other).RefreshAsync(signIn)).ShouldSucceed();
        }
    }

    [Fact]
    public async Task Two_projects_do_not_disturb_each_other()
    {
        // The same name and the same folder for both: the place of the project is all that differs.
        var folder = CreateFolder();
        var project = await TodoServer.BuiltAsync();
        var elsewhere = Repository.CreateEmptyDirectory("dev-auth-elsewhere");
        foreach (var settings in Directory.EnumerateFiles(project.ContentRoot, "appsettings*.json"))
        {
            File.Copy(settings, Path.Combine(elsewhere, Path.GetFileName(settings)));
        }

        await using var one = await StartAsync(folder);
        await using var other = await ServerProcess.StartAsync(
            project.GetAssembly(), elsewhere, "Development", ("DevAuth__StateFolder", folder));
        var client = await CodeFlow.CreateAsync(one);
        var tokens = await client.SignInAsync();

        Assert.NotEqual(await GetKeysAsync(one), await GetKeysAsync(other));
        Assert.Equal("invalid_grant", (await client.At(other).RefreshAsync(tokens)).Error);
        (await client.RefreshAsync(tokens)).ShouldSucceed();
        Assert.Equal(2, Directory.GetDirectories(folder).Length);
    }

    [SkippableFact]
    public async Task By_default_it_is_with_the_data_of_the_user_and_deleting_it_starts_afresh()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only there can a test say where the data of the user is.");
        var data = CreateFolder();
        (string, string)[] settings = [("XDG_DATA_HOME", data), ("DevAuth__StateFolder", "")];
        var project = await TodoServer.BuiltAsync();
        var before = Repository.EnumerateFiles(project.ContentRoot).ToArray();
        await using var first = await TodoServer.StartAsync(settings);
        var client = await CodeFlow.CreateAsync(first);
        var tokens = await client.SignInAsync("alice");
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(data, "mcp-dev-auth")));

        Assert.StartsWith("TodoServer-", Path.GetFileName(folder), StringComparison.Ordinal);
        Assert.Equal(before, Repository.EnumerateFiles(project.ContentRoot));
        AssertOnlyForUser(folder);
        AssertOfNoUse(folder, tokens);

        // While it runs, and when it starts again.
        Directory.Delete(folder, recursive: true);
        Assert.Equal("invalid_grant", (await client.RefreshAsync(tokens)).Error);
        (await client.RefreshAsync(await client.SignInAsync())).ShouldSucceed();
        AssertOnlyForUser(folder);
        await first.StopAsync();
        Directory.Delete(folder, recursive: true);
        await using var second = await TodoServer.StartAgainAsync(first.Address, settings);
        await second.WaitUntilReadyAsync();
        using var call = await second.Client.CallToolAsync("whoami", (string)tokens["access_token"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
    }

    [Fact]
    public async Task What_is_damaged_is_replaced_and_said()
    {
        string[] damages =
        [
            "", "not what is expected", "null", "[]", """{"SignIns":[null]}""", """{"SignIns":null}""",
            """{"SignIns":[{"IdHash":"x"}]}""", """{"People":[null]}""", """{"People":[{"Name":"x","Claims":{"a":null}}]}""",
            """{"SignIns":[{"IdHash":"x","TextHash":"y","Expires":"2099-01-01T00:00:00Z","Value":null}]}""",
            """
            {"SignIns":[{"IdHash":"x","TextHash":"y","Expires":"2099-01-01T00:00:00Z",
            "Value":{"ClientId":"c","Subject":"s","Scopes":[],"Claims":{"a":null}}}]}
            """,
            """{"SignIns":[{"IdHash":"x","TextHash":"y","Expires":"2099-01-01T00:00:00Z","Value":""",
        ];
        var folder = CreateFolder();
        await using var first = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(first);
        var state = Assert.Single(Directory.GetDirectories(folder));
        foreach (var damage in damages)
        {
            var tokens = await client.SignInAsync();
            File.WriteAllText(Path.Combine(state, "grants.json"), damage);
            Assert.Equal("invalid_grant", (await client.RefreshAsync(tokens)).Error);
            (await client.RefreshAsync(await client.SignInAsync())).ShouldSucceed();
        }

        await first.StopAsync();
        Assert.Equal(damages.Length, first.Output.Split("grants.json is damaged").Length - 1);

        // A key without its private part is no key, either.
        using var publicKey = RSA.Create(2048);
        File.WriteAllText(Path.Combine(state, "signing-key.pem"), publicKey.ExportSubjectPublicKeyInfoPem());
        await using var second = await StartAgainAsync(first, folder);
        await client.At(second).SignInAsync();
        await second.StopAsync();
        Assert.Contains("signing-key.pem is damaged", second.Output, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(state, "signing-key.pem"), "-----BEGIN PRIVATE KEY-----\nMIIE");
        await using var third = await StartAgainAsync(second, folder);
        await client.At(third).SignInAsync();
        await Poll.UntilContainsAsync(() => third.Output, "signing-key.pem is damaged");
    }

    [SkippableTheory]
    [InlineData("a file in its place")]
    [InlineData("a folder that others can read")]
    public async Task Without_a_safe_folder_all_stays_in_memory(string place)
    {
        Skip.If(OperatingSystem.IsWindows(), "There, the profile of the user decides.");
        var folder = CreateFolder();
        await using (var before = await StartAsync(folder))
        {
            await CodeFlow.CreateAsync(before);
            await before.StopAsync();
        }

        var state = Assert.Single(Directory.GetDirectories(folder));
        if (place == "a file in its place")
        {
            Directory.Delete(state, recursive: true);
            File.WriteAllText(state, "");
        }
        else if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(state, File.GetUnixFileMode(state) | UnixFileMode.GroupRead);
        }

        var files = Repository.EnumerateFiles(folder).Select(file => File.ReadAllText(Path.Combine(folder, file))).ToArray();
        await using var server = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(server);
        (await client.RefreshAsync(await client.SignInAsync())).ShouldSucceed();

        Assert.Single(server.Output.Split('\n'), line => line.Contains("Sign-ins end with this process", StringComparison.Ordinal));
        Assert.Equal(files, Repository.EnumerateFiles(folder).Select(file => File.ReadAllText(Path.Combine(folder, file))));
    }

    [Fact]
    public async Task What_is_used_goes_at_once_and_each_kind_has_its_bound()
    {
        var folder = CreateFolder();
        await using var server = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(server);
        var tokens = await client.SignInAsync();
        for (var number = 0; number < 20; number++)
        {
            tokens = (await client.RefreshAsync(tokens)).ShouldSucceed();
        }

        var file = Path.Combine(Assert.Single(Directory.GetDirectories(folder)), "grants.json");
        var state = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.Single(state["SignIns"]!.AsArray());
        Assert.Empty(state["Codes"]!.AsArray());

        // Pages of other sites can open as many as they like: nothing is kept, and nothing is lost.
        var page = await client.OpenAsync();
        var before = await File.ReadAllTextAsync(file);
        for (var number = 0; number < 300; number++)
        {
            await client.OpenAsync(("Sec-Fetch-Site", "cross-site"));
        }

        Assert.Equal(before, await File.ReadAllTextAsync(file));
        (await client.RedeemAsync(await client.AllowAsync(page))).ShouldSucceed();

        // More codes than there is room for: the oldest goes, the sign-ins stay.
        var codes = new List<string>();
        for (var number = 0; number < 101; number++)
        {
            codes.Add(await client.GetCodeAsync());
        }

        Assert.Equal("invalid_grant", (await client.RedeemAsync(codes[0])).Error);
        (await client.RedeemAsync(codes[1])).ShouldSucceed();
        (await client.RedeemAsync(codes[^1])).ShouldSucceed();
        (await client.RefreshAsync(tokens)).ShouldSucceed();
    }

    [Fact]
    public async Task Claims_that_were_chosen_are_kept_and_replace_none_of_OAuth()
    {
        var folder = CreateFolder();
        await using var server = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(server);
        var tokens = await client.SignInAsync("alice");
        var file = Path.Combine(Assert.Single(Directory.GetDirectories(folder)), "grants.json");
        var state = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        state["SignIns"]![0]!["Value"]!["Claims"] = JsonNode.Parse("""
            {
              "roles": ["admin"], "groups": ["a", "b"], "none": [], "iss": ["x"], "aud": ["x"], "sub": ["x"], "exp": ["x"], "iat": ["x"],
              "jti": ["x"], "client_id": ["x"], "scope": ["x"]
            }
            """);
        await File.WriteAllTextAsync(file, state.ToJsonString());

        // Once for the file, and once for what is kept of it.
        tokens = (await client.RefreshAsync(tokens)).ShouldSucceed();
        tokens = (await client.RefreshAsync(tokens)).ShouldSucceed();
        var token = new JsonWebToken((string)tokens["access_token"]!);
        Assert.Equal("admin", token.GetPayloadValue<string>("roles"));
        Assert.Equal(["a", "b"], token.GetPayloadValue<string[]>("groups"));
        Assert.DoesNotContain(token.Claims, claim => claim.Type == "none" || claim.Value == "x");
        Assert.Equal("alice", token.Subject);
        await server.WaitUntilReadyAsync();
        using var call = await server.Client.CallToolAsync("whoami", (string)tokens["access_token"]!);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
    }

    [Fact]
    public async Task Of_two_uses_at_the_same_time_one_ends_the_sign_in()
    {
        var folder = CreateFolder();
        await using var server = await StartAsync(folder);
        var client = await CodeFlow.CreateAsync(server);
        for (var number = 0; number < 50; number++)
        {
            var code = await client.GetCodeAsync();
            var answers = await Task.WhenAll(client.RedeemAsync(code), client.RedeemAsync(code));
            var tokens = Assert.Single(answers, answer => answer.Status == 200).Json;
            Assert.Equal("invalid_grant", (await client.RefreshAsync(tokens)).Error);
        }
    }

    private static string CreateFolder() =>
        Repository.CreateEmptyDirectory("dev-auth", Guid.NewGuid().ToString("N"));

    private static Task<ServerProcess> StartAsync(string folder) =>
        TodoServer.StartAsync(("DevAuth__StateFolder", folder));

    private static Task<ServerProcess> StartAgainAsync(ServerProcess server, string folder) =>
        TodoServer.StartAgainAsync(server.Address, ("DevAuth__StateFolder", folder));

    private static Task<string> GetKeysAsync(ServerProcess server) => server.Client.GetStringAsync("/dev-auth/jwks");

    private static void AssertOnlyForUser(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    /// <summary>Who reads the file cannot use what is in it.</summary>
    private static void AssertOfNoUse(string folder, JsonNode tokens)
    {
        var text = File.ReadAllText(Path.Combine(folder, "grants.json"));
        var refreshToken = (string)tokens["refresh_token"]!;

        Assert.Contains("alice", text, StringComparison.Ordinal);
        Assert.DoesNotContain(refreshToken[..20], text, StringComparison.Ordinal);
        Assert.DoesNotContain(refreshToken[^20..], text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text.Replace("dyn.eyJ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
