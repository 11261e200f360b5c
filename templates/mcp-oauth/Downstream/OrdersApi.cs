using System.Net;
using ModelContextProtocol;

namespace McpOAuthServer.Downstream;

/// <summary>
/// The sample: a client for an API that knows the orders of its users. Its requests carry a token
/// for the user who called the tool.
/// </summary>
internal sealed class OrdersApi(HttpClient http)
{
    // Below Downstream:Orders:BaseAddress.
    private static readonly Uri s_orders = new("orders", UriKind.Relative);

    /// <summary>The orders of the user, as the API describes them.</summary>
    public async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(s_orders, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            // The model gets the message of this exception, and of no other.
            throw new McpException("The API does not show the orders to this user.");
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
