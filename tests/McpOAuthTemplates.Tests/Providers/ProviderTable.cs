using static McpOAuthTemplates.Tests.Providers.Provider;

namespace McpOAuthTemplates.Tests.Providers;

/// <summary>
/// All choices of --provider, as their documentation describes them. No account was used; where the documentation is silent about
/// the form of a token, the row has the usual one, and "AlsoGood" the others.
/// </summary>
internal static class ProviderTable
{
    public const string Resource = "https://mcp.contoso.com/mcp";

    private const string Client = "c5a1d2b8-client";
    private const string OtherResource = "https://other.contoso.com/mcp";
    private const string Tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private const string OtherTenantId = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    private const string EntraApp = "0b7c5a3e-4c8d-4a53-9a3c-5c3f1d2e4b6a";

    public static Provider[] All { get; } =
    [
        new("oidc", "https://login.contoso.com/tenant")
        {
            Discovery = ["https://login.contoso.com/tenant/.well-known/openid-configuration"],
            Keys = "https://login.contoso.com/tenant/keys",
            AccessToken = new() { [HeaderType] = "at+jwt", ["aud"] = Resource, ["client_id"] = Client },
            IdToken = new() { [HeaderType] = "JWT", ["aud"] = Client, ["client_id"] = null },
            OtherServer = new() { ["aud"] = OtherResource },
            OtherTenant = new() { ["iss"] = "https://login.contoso.com/other" },
            AlsoGood =
            [
                ("a type of JWT", new() { [HeaderType] = "JWT" }),
                ("an array of audiences", new() { ["aud"] = new[] { OtherResource, Resource } }),
                ("an array of scopes in scp", new() { ["scope"] = null, ["scp"] = new[] { "todo:read", "todo:write" } }),
            ],
        },
        new("scalekit", "https://contoso.scalekit.com")
        {
            // Nothing is below the path of the resource but the document of RFC 8414, in both forms of its address.
            Audience = "res_123456",
            AuthorizationServer = "https://contoso.scalekit.com/resources/res_123456",
            Discovery =
            [
                "https://contoso.scalekit.com/.well-known/openid-configuration",
                "https://contoso.scalekit.com/.well-known/oauth-authorization-server/resources/res_123456",
                "https://contoso.scalekit.com/resources/res_123456/.well-known/oauth-authorization-server",
            ],
            Keys = "https://contoso.scalekit.com/keys",
            AccessToken = new() { [HeaderType] = "JWT", ["aud"] = new[] { "res_123456", Resource }, ["client_id"] = Client },
            IdToken = new() { ["aud"] = new[] { Client }, ["client_id"] = null, ["azp"] = Client },
            OtherServer = new() { ["aud"] = new[] { "res_654321", OtherResource } },
            OtherTenant = new() { ["iss"] = "https://fabrikam.scalekit.com" },
            AlsoGood =
            [
                ("the resource as issuer", new() { ["iss"] = "https://contoso.scalekit.com/resources/res_123456" }),
                ("no server URL and an array of scopes",
                    new() { ["aud"] = new[] { "res_123456" }, ["scope"] = new[] { "todo:read", "todo:write" } }),
            ],
            AlsoBad = [("another resource as issuer", new() { ["iss"] = "https://contoso.scalekit.com/resources/res_654321" })],
        },
        new("entra", $"https://login.microsoftonline.com/{Tenant}/v2.0")
        {
            Audience = EntraApp,
            Discovery = [$"https://login.microsoftonline.com/{Tenant}/v2.0/.well-known/openid-configuration"],
            Keys = $"https://login.microsoftonline.com/{Tenant}/discovery/v2.0/keys",
            AdvertisedPrefix = Resource + "/",
            ScopeClaim = "scp",
            AccessToken = new()
            {
                [HeaderType] = "JWT",
                ["aud"] = EntraApp,
                ["azp"] = Client,
                ["azpacr"] = "0",
                ["tid"] = Tenant,
                ["ver"] = "2.0",
            },

            // The worst case: one registration for the API and for its client.
            IdToken = new() { ["azp"] = null, ["azpacr"] = null },
            OtherServer = new() { ["aud"] = "00000003-0000-0000-c000-000000000000" },
            OtherTenant = new()
            {
                ["iss"] = $"https://login.microsoftonline.com/{OtherTenantId}/v2.0",
                ["tid"] = OtherTenantId,
            },
            AlsoGood = [("a secret of the client", new() { ["azpacr"] = "1" })],
            AlsoBad =
            [
                ("version 1", new()
                {
                    ["iss"] = $"https://sts.windows.net/{Tenant}/",
                    ["aud"] = Resource,
                    ["ver"] = "1.0",
                }),
                ("version 1 for the same audience", new() { ["iss"] = $"https://sts.windows.net/{Tenant}/", ["ver"] = "1.0" }),
            ],
        },
        new("auth0", "https://contoso.eu.auth0.com/")
        {
            Discovery =
            [
                "https://contoso.eu.auth0.com/.well-known/openid-configuration",
                "https://contoso.eu.auth0.com/.well-known/oauth-authorization-server",
            ],
            Keys = "https://contoso.eu.auth0.com/.well-known/jwks.json",
            AccessToken = new()
            {
                [HeaderType] = "JWT",
                ["aud"] = new[] { Resource, "https://contoso.eu.auth0.com/userinfo" },
                ["azp"] = Client,
            },
            IdToken = new() { ["aud"] = Client, ["azp"] = null },
            OtherServer = new() { ["aud"] = new[] { OtherResource, "https://contoso.eu.auth0.com/userinfo" } },
            OtherTenant = new() { ["iss"] = "https://fabrikam.eu.auth0.com/" },
            AlsoGood =
            [
                ("the dialect of RFC 9068", new() { [HeaderType] = "at+jwt", ["aud"] = Resource }),
                ("permissions only", new() { ["scope"] = null, ["permissions"] = new[] { "todo:read", "todo:write" } }),
            ],

            // The scopes are what the client asked for and the person may do; the permissions are all that the person may do.
            AlsoNarrow =
            [
                ("permissions that the client did not ask for", new()
                {
                    ["scope"] = "openid todo:read",
                    ["permissions"] = new[] { "todo:read", "todo:write" },
                }),
            ],
            AlsoBad = [("an issuer without the slash", new() { ["iss"] = "https://contoso.eu.auth0.com" })],
        },
        new("keycloak", "https://id.contoso.com/realms/contoso")
        {
            Discovery =
            [
                "https://id.contoso.com/realms/contoso/.well-known/openid-configuration",
                "https://id.contoso.com/.well-known/oauth-authorization-server/realms/contoso",
            ],
            Keys = "https://id.contoso.com/realms/contoso/protocol/openid-connect/certs",
            AccessToken = new()
            {
                [HeaderType] = "JWT",
                ["typ"] = "Bearer",
                ["aud"] = new[] { Resource, "account" },
                ["azp"] = Client,
            },

            // The worst case: an audience mapper that adds to id tokens, too.
            IdToken = new() { ["typ"] = "ID", ["aud"] = new[] { Resource, Client } },
            OtherServer = new() { ["aud"] = new[] { OtherResource, "account" } },
            OtherTenant = new() { ["iss"] = "https://id.contoso.com/realms/other" },
            AlsoGood = [("one audience", new() { ["aud"] = Resource })],
            AlsoBad = [("no audience mapper", new() { ["aud"] = "account" })],
        },
        new("okta", "https://contoso.okta.com/oauth2/aus42")
        {
            Discovery =
            [
                "https://contoso.okta.com/oauth2/aus42/.well-known/openid-configuration",
                "https://contoso.okta.com/oauth2/aus42/.well-known/oauth-authorization-server",
            ],
            Keys = "https://contoso.okta.com/oauth2/aus42/v1/keys",
            ScopeClaim = "scp",
            ScopesAreArray = true,
            AccessToken = new() { ["aud"] = Resource, ["cid"] = Client, ["uid"] = "00u1", ["ver"] = 1 },
            IdToken = new() { ["aud"] = Client, ["cid"] = null, ["uid"] = null },
            OtherServer = new() { ["aud"] = "api://default" },
            OtherTenant = new() { ["iss"] = "https://contoso.okta.com/oauth2/aus43" },
            AlsoBad =
            [
                ("the server of the organization", new()
                {
                    [HeaderType] = "JWT",
                    ["iss"] = "https://contoso.okta.com",
                    ["aud"] = "https://contoso.okta.com",
                }),
                ("the server of the organization for the same audience", new() { ["iss"] = "https://contoso.okta.com" }),
            ],
        },
        new("workos", "https://contoso.authkit.app")
        {
            Discovery =
            [
                "https://contoso.authkit.app/.well-known/openid-configuration",
                "https://contoso.authkit.app/.well-known/oauth-authorization-server",
            ],
            Keys = "https://contoso.authkit.app/oauth2/jwks",
            AccessToken = new() { [HeaderType] = "JWT", ["aud"] = Resource, ["client_id"] = Client, ["org_id"] = "org_1" },
            IdToken = new() { ["aud"] = Client, ["client_id"] = null },
            OtherServer = new() { ["aud"] = OtherResource },
            OtherTenant = new() { ["iss"] = "https://fabrikam.authkit.app" },
            AlsoGood = [("no type", new() { [HeaderType] = null })],
            AlsoBad = [("a client that left out the resource", new() { ["aud"] = "client_01ENVIRONMENT" })],
        },
        new("descope", "https://api.descope.com/v1/apps/agentic/P2contoso/MS2contoso")
        {
            Discovery = ["https://api.descope.com/v1/apps/agentic/P2contoso/MS2contoso/.well-known/openid-configuration"],
            Keys = "https://api.descope.com/P2contoso/.well-known/jwks.json",
            AccessToken = new() { [HeaderType] = "JWT", ["aud"] = new[] { Resource }, ["azp"] = Client },
            IdToken = new() { ["aud"] = new[] { Client } },
            OtherServer = new() { ["aud"] = new[] { OtherResource } },
            OtherTenant = new() { ["iss"] = "https://api.descope.com/v1/apps/agentic/P2contoso/MS2other" },
            AlsoGood = [("no type and one audience", new() { [HeaderType] = null, ["aud"] = Resource })],
            AlsoBad =
            [
                ("a server without its URL", new() { ["aud"] = new[] { Client, "P2contoso" } }),
                ("another project", new() { ["iss"] = "https://api.descope.com/v1/apps/agentic/P2other/MS2contoso" }),
                ("a session of the project", new() { ["iss"] = "https://api.descope.com/v1/apps/P2contoso" }),
            ],
        },
        new("stytch", "https://contoso.customers.stytch.com")
        {
            Audience = "project-live-42",
            Discovery =
            [
                "https://contoso.customers.stytch.com/.well-known/openid-configuration",
                "https://contoso.customers.stytch.com/.well-known/oauth-authorization-server",
            ],
            Keys = "https://contoso.customers.stytch.com/.well-known/jwks.json",
            AccessToken = new() { [HeaderType] = "JWT", ["aud"] = new[] { "project-live-42" }, ["client_id"] = Client },
            IdToken = new() { ["aud"] = new[] { Client }, ["client_id"] = null },
            OtherServer = new() { ["aud"] = new[] { "project-live-43" } },
            OtherTenant = new() { ["iss"] = "https://fabrikam.customers.stytch.com" },
            AlsoGood = [("no type", new() { [HeaderType] = null })],
            AlsoBad = [("a session of the project", new() { ["iss"] = "stytch.com/project-live-42", ["client_id"] = null })],
        },
        new("cognito", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Todos42")
        {
            Settings =
            [
                ("OAuth__RequiredClaims__client_id__0", Client),
                ("OAuth__RequiredClaims__client_id__1", "second-client"),
            ],
            Discovery = ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Todos42/.well-known/openid-configuration"],
            Keys = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Todos42/.well-known/jwks.json",
            AdvertisedPrefix = Resource + "/",
            TokenPrefix = Resource + "/",
            AccessToken = new() { ["token_use"] = "access", ["client_id"] = Client, ["username"] = "alice", ["version"] = 2 },
            IdToken = new() { ["token_use"] = "id", ["aud"] = Client, ["client_id"] = null, ["username"] = null },
            OtherServer = new() { ["client_id"] = "client-of-another-server" },
            OtherTenant = new() { ["iss"] = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other42" },
            AlsoGood =
            [
                ("another client of the list", new() { ["client_id"] = "second-client" }),
                ("resource binding", new() { ["aud"] = Resource }),
            ],
            AlsoBad =
            [
                ("resource binding to another server", new() { ["aud"] = OtherResource }),
                ("no client", new() { ["client_id"] = null }),
                ("the use of an id token only", new() { ["token_use"] = "id" }),
                ("no use", new() { ["token_use"] = null }),
            ],
        },
        new("duende", "https://identity.contoso.com")
        {
            Discovery =
            [
                "https://identity.contoso.com/.well-known/openid-configuration",
                "https://identity.contoso.com/.well-known/oauth-authorization-server",
            ],
            Keys = "https://identity.contoso.com/.well-known/openid-configuration/jwks",
            ScopesAreArray = true,
            AccessToken = new() { [HeaderType] = "at+jwt", ["aud"] = Resource, ["client_id"] = Client },
            IdToken = new() { [HeaderType] = "JWT", ["aud"] = Client, ["client_id"] = null },
            OtherServer = new() { ["aud"] = OtherResource },
            OtherTenant = new() { ["iss"] = "https://identity.fabrikam.com" },
            AlsoGood = [("a string of scopes", new() { ["scope"] = "openid todo:read todo:write" })],
            AlsoBad =
            [
                ("a type of JWT", new() { [HeaderType] = "JWT" }),
                ("a token of logout", new() { [HeaderType] = "logout+jwt" }),
            ],
        },
    ];

    public static TheoryData<string> Names => new(All.Select(provider => provider.Name));

    public static Provider Get(string name) => All.Single(provider => provider.Name == name);
}
