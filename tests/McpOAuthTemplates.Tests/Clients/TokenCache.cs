using ModelContextProtocol.Authentication;

namespace McpOAuthTemplates.Tests.Clients;

/// <summary>Where the client of the C# SDK keeps its tokens.</summary>
internal sealed class TokenCache : ITokenCache
{
    public TokenContainer? Current { get; private set; }

    public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => new(Current);

    public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
    {
        Current = tokens;
        return ValueTask.CompletedTask;
    }
}
