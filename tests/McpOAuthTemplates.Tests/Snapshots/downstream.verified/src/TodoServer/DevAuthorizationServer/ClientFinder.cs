#if DEBUG
namespace TodoServer.DevAuthorizationServer;

/// <summary>Finds a client by its registration or its metadata document.</summary>
internal sealed class ClientFinder(DevAuthOptions options)
{
    private readonly ClientMetadataDocument _anywhere =
        ClientMetadataDocument.Create(mayBeLocal: true);

    private readonly ClientMetadataDocument _inTheInternet =
        ClientMetadataDocument.Create(mayBeLocal: false);

    public async Task<Client> FindAsync(string id, HttpRequest http)
    {
        OAuthError.ThrowIf(
            !Client.IsPossible(id),
            "invalid_client",
            "The client is unknown: it must register first.");
        if (!Client.IsUrl(id))
        {
            return Client.ReadRegistration(id);
        }

        return await ChooseReader(id, http).FetchAsync(id, http.HttpContext.RequestAborted);
    }

    // A page of another site must not make this server read what only this machine can reach. A
    // page that a person opens may have been redirected here by such a site.
    private ClientMetadataDocument ChooseReader(string id, HttpRequest http)
    {
        if (options.AllowLoopbackClientIds)
        {
            return _anywhere;
        }

        OAuthError.ThrowIf(
            Client.IsHttpLoopback(id),
            "invalid_client",
            "A client id that is an http URL of this machine needs DevAuth:AllowLoopbackClientIds.");
        if (BrowserRequest.IsMadeByPage(http))
        {
            return _inTheInternet;
        }

        return _anywhere;
    }
}
#endif
