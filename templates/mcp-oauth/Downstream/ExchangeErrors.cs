namespace McpOAuthServer.Downstream;

/// <summary>
/// What the model is told if there is no token for an API. The texts are fixed, since the answer
/// of an authorization server is not meant for it.
/// </summary>
internal static class ExchangeErrors
{
    public const string NoUser =
        "This tool calls another API for a user, and no user has signed in: the client acts on "
        + "its own behalf.";

    public const string NotAvailable = "Not available now. Try again later.";

    private const string SignInAgain =
        "The sign-in no longer counts for the API behind this tool. Sign in again.";

    private const string NeedsPerson =
        "A person has to consent or sign in more strongly. Sign in again; else ask the "
        + "administrator to consent for this server.";

    private const string NotAllowed =
        "This server may not call that API. Its administrator finds the reason in the log.";

    private static readonly string[] s_needPerson =
        ["interaction_required", "consent_required", "login_required", "mfa_required"];

    // Some authorization servers say so with 400.
    private static readonly string[] s_pass = ["temporarily_unavailable", "server_error"];

    /// <summary>The text for the codes in the answer. The second one may be missing.</summary>
    public static string Describe(string error, string? subError)
    {
        if (s_needPerson.Contains(error) || s_needPerson.Contains(subError))
        {
            return NeedsPerson;
        }

        if (s_pass.Contains(error))
        {
            return NotAvailable;
        }

        if (error == "invalid_grant")
        {
            return SignInAgain;
        }

        return NotAllowed;
    }
}
