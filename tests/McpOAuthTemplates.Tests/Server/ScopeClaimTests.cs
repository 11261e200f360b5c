using System.Net;
using System.Text.Json;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Server;

/// <summary>What counts as scopes: no JSON but strings and arrays of strings, and other claims by a setting only.</summary>
[Collection(nameof(MinimalApiServer))]
public sealed class ScopeClaimTests(MinimalApiServer server) : ServerTests(server)
{
    public static TheoryData<string> NoScopes =>
    [
        """{"scope":{"d":"x todo:write y"}}""",
        """{"scope":[["x todo:write y"]]}""",
        """{"scope":["todo:write",{"d":"x"}]}""",
        """{"scope":[{"name":"may todo:write now"}]}""",
        """{"scp":{"d":"x todo:write y"}}""",
        """{"scope":[],"permissions":["todo:write"]}""",
        """{"scope":"","permissions":["todo:write"]}""",
        """{"scope":null,"permissions":["todo:write"]}""",
        """{"scp":[],"permissions":["todo:write"]}""",
        """{"scp":[],"roles":["todo:write"]}""",
        """{"permissions":[{"name":"may todo:write now"}]}""",
        """{"permissions":{"name":"may todo:write now"}}""",
        """{"roles":[["may todo:write now"]]}""",
        """{"urn:oauth:stands-for-scope":["todo:write"]}""",
        """{"urn:oauth:stands-for-scope":"todo:write"}""",
    ];

    [SkippableTheory]
    [MemberData(nameof(NoScopes))]
    public async Task What_is_no_list_of_scopes_gives_none(string claims)
    {
        (string, object?)[] values = [.. JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(claims)!
            .Select(claim => (claim.Key, (object?)claim.Value))];
        await using var generous = await Server.StartAsync(("OAuth__PermissionsAsScopes", "true"), ("OAuth__AppRolesAsScopes", "true"));
        foreach (var (http, address) in new[] { (Server.Http, Server.Audience), (generous.Client, new Uri(generous.Address, "mcp").AbsoluteUri) })
        {
            // The second time, the token is known.
            var token = Server.Issuer.CreateToken(address, claims: values);
            for (var i = 0; i < 2; i++)
            {
                using var response = await http.CallToolAsync("add_todo", token, new { title = "Buy milk" });

                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            }
        }
    }

    [SkippableTheory]
    [InlineData("permissions", "OAuth__PermissionsAsScopes")]
    [InlineData("roles", "OAuth__AppRolesAsScopes")]
    public async Task Other_claims_stand_for_scopes_by_a_setting_and_only_without_a_list_of_scopes(string claim, string setting)
    {
        await using var other = await Server.StartAsync((setting, "true"));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        (string? Scope, HttpStatusCode Expected)[] table =
            [(null, HttpStatusCode.OK), ("todo:read", HttpStatusCode.Forbidden), ("", HttpStatusCode.Forbidden)];
        foreach (var (scope, expected) in table)
        {
            var token = Server.Issuer.CreateToken(audience, scope, claims: (claim, new[] { "todo:write" }));
            using var response = await other.Client.CallToolAsync("add_todo", token, new { title = "Buy milk" });
            Assert.Equal(expected, response.StatusCode);

            using var without = await Server.Http.CallToolAsync("add_todo", Server.CreateToken(scope, (claim, new[] { "todo:write" })));
            Assert.Equal(HttpStatusCode.Forbidden, without.StatusCode);
            Assert.Contains("insufficient_scope", without.GetChallenge(), StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("OAuth__AppRolesAsScopes", "true", null)]
    [InlineData("OAuth__AppRolesAsScopes", "false", "app")]
    public async Task An_app_whose_roles_do_not_suffice_is_not_sent_to_ask_for_consent(string setting, string value, string? type)
    {
        await using var other = await Server.StartAsync((setting, value));
        var audience = new Uri(other.Address, "mcp").AbsoluteUri;
        foreach (var roles in new[] { ["todo:read"], Array.Empty<string>() })
        {
            var token = Server.Issuer.CreateToken(audience, claims: [("roles", roles), ("idtyp", type)]);
            using var response = await other.Client.CallToolAsync("add_todo", token, new { title = "Buy milk" });

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.False(response.Headers.Contains("WWW-Authenticate"));
            var body = await response.Content.ReadAsStringAsync();
            Assert.Contains("no app role", body, StringComparison.Ordinal);
            Assert.DoesNotContain("scope", body, StringComparison.Ordinal);
        }
    }
}
