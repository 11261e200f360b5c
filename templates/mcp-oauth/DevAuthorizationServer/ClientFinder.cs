#if DEBUG
namespace McpOAuthServer.DevAuthorizationServer;

/// <summary>Finds who a client is: by its registration, or by its metadata document.</summary>
internal sealed class ClientFinder(DevAuthOptions options)
{
    private readonly ClientMetadataDocument _anywhere = ClientMetadataDocument.Create(mayBeLocal: true);
    private readonly ClientMetadataDocument _inTheInternet = ClientMetadataDocument.Create(mayBeLocal: false);

    public async Task<Client> FindAsync(string id, HttpRequest http)
    {
        OAuthError.ThrowIf(
            !Client.IsPossible(id),
            "invalid_client",
            "The client is not known: it has to register first.");
        if (!Client.IsUrl(id))
        {
            return Client.ReadRegistration(id);
        }

        OAuthError.ThrowIf(
            Client.IsHttpLoopback(id) && !options.AllowLoopbackClientIds,
            "invalid_client",
            "The client id is an http URL of this machine: that needs DevAuth:AllowLoopbackClientIds.");

        // A page of another site must not make this server read what only this machine can reach.
        var mayBeLocal = options.AllowLoopbackClientIds || !BrowserRequest.IsMadeByOtherPage(http);
        if (mayBeLocal)
        {
            return await _anywhere.FetchAsync(id, http.HttpContext.RequestAborted);
        }

        return await _inTheInternet.FetchAsync(id, http.HttpContext.RequestAborted);
    }
}
#endif
