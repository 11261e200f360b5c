using global::McpOAuthServer.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpOAuthServer.ClientRegistration;

/// <summary>
/// The metadata of an authorization server whose endpoints are those of the provider, but for the
/// one at which clients register. What it says of the provider comes from its discovery document.
/// </summary>
internal sealed class ServerMetadataEndpoint(
    IOptions<RegistrationOptions> registration,
    IOptions<OAuthOptions> oauth,
    IssuerKeys issuer,
    ProviderCheck check)
{
    public async Task AnswerAsync(HttpContext http)
    {
        OpenIdConnectConfiguration provider;
        try
        {
            provider = await issuer.GetAsync();
        }
        catch (IssuerUnavailableException reason)
        {
            await RefuseAsync(http, reason.Message);
            return;
        }

        check.Report(provider);
        if (ProviderCheck.FindMissingEndpoint(provider) is { } problem)
        {
            await RefuseAsync(http, problem);
            return;
        }

        http.Response.Headers.CacheControl = "public, max-age=300";
        var metadata = Describe(provider);
        await http.Response.WriteAsJsonAsync(metadata, RegistrationJson.Default.ServerMetadata);
    }

    private ServerMetadata Describe(OpenIdConnectConfiguration provider)
    {
        var own = registration.Value.GetIssuer(oauth.Value);
        var scopes = Scopes.All.Select(scope => oauth.Value.ScopePrefix + scope);

        // Clients ask for a refresh token only if they find offline_access here.
        return new ServerMetadata(
            own,
            provider.AuthorizationEndpoint,
            provider.TokenEndpoint,
            provider.JwksUri,
            RegistrationEndpoint: $"{own}/register",
            ScopesSupported: [.. scopes, "offline_access"])
        {
            SubjectTypesSupported = [.. provider.SubjectTypesSupported],
            IdTokenSigningAlgValuesSupported = [.. provider.IdTokenSigningAlgValuesSupported],
        };
    }

    private static Task RefuseAsync(HttpContext http, string reason)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.RetryAfter = $"{IssuerUnavailableException.RetryAfter.TotalSeconds}";
        return Refusal.WriteAsync(http, 503, new("temporarily_unavailable", reason));
    }
}
