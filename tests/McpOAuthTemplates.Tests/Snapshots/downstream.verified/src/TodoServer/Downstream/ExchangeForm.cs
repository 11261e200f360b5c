namespace TodoServer.Downstream;

/// <summary>The parameters that request a token for the API for that of the caller.</summary>
internal static class ExchangeForm
{
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    public static Dictionary<string, string> Create(DownstreamOptions options, string callerToken)
    {
        var form = CreateExchange(callerToken);
        if (options.OnBehalfOf)
        {
            form = CreateOnBehalfOf(callerToken);
        }

        AddGiven(form, "scope", options.Scope);
        AddGiven(form, "resource", options.Resource);
        AddGiven(form, "audience", options.Audience);
        return form;
    }

    /// <summary>RFC 8693, section 2.1.</summary>
    private static Dictionary<string, string> CreateExchange(string callerToken) => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
        ["subject_token"] = callerToken,
        ["subject_token_type"] = AccessToken,
        ["requested_token_type"] = AccessToken,
    };

    /// <summary>The on-behalf-of flow of the Microsoft identity platform.</summary>
    private static Dictionary<string, string> CreateOnBehalfOf(string callerToken) => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ["assertion"] = callerToken,
        ["requested_token_use"] = "on_behalf_of",
    };

    private static void AddGiven(Dictionary<string, string> form, string name, string value)
    {
        if (value.Length > 0)
        {
            form[name] = value;
        }
    }
}
