#if DEBUG
using System.Text.Json;

namespace TodoServer.DevAuthorizationServer;

/// <summary>A grant, and the refresh token of the client if it gets one.</summary>
internal sealed record SignIn(Grant Grant, string? RefreshToken);

/// <summary>
/// Codes, refresh tokens and their grants. Only one request of one process makes a change at a
/// time, and the change is stored before the client gets a response.
/// </summary>
internal sealed partial class GrantStore(StateFolder folder, ILogger logger)
{
    private const string FileName = "grants.json";

    private readonly Lock _lock = new();

    public string AddCode(Grant grant, AuthorizationRequest request)
    {
        var handle = Handle.Create();
        var code = new IssuedCode(grant, request.RedirectUri, request.CodeChallenge);
        Change(state =>
        {
            state.AddCode(handle, code);
            return code;
        });
        return handle.Text;
    }

    /// <summary>
    /// Consumes a code, whether the check passes or throws. A second use means that someone has a
    /// copy, and ends the sign-in (OAuth 2.1, section 4.1.3).
    /// </summary>
    public SignIn RedeemCode(string? text, Action<IssuedCode> check, bool isRefreshable) => Change(state =>
    {
        var handle = ReadHandle(text);
        var code = state.Codes.Find(code => code.TextHash == handle.TextHash);
        if (code is null)
        {
            state.SignIns.RemoveAll(signIn => signIn.IdHash == handle.IdHash);
            throw NotValid();
        }

        state.Codes.Remove(code);
        check(code.Value);
        if (!isRefreshable)
        {
            return new SignIn(code.Value.Grant, RefreshToken: null);
        }

        return AddSignIn(state, handle, code.Value.Grant);
    });

    /// <summary>
    /// Replaces a refresh token. A second use of one ends the sign-in (OAuth 2.1, section 4.3.1).
    /// If the check throws, the token stays valid.
    /// </summary>
    public SignIn Refresh(string? text, Action<Grant> check) => Change(state =>
    {
        var handle = ReadHandle(text);
        var signIn = state.SignIns.Find(signIn => signIn.IdHash == handle.IdHash) ?? throw NotValid();
        if (signIn.TextHash != handle.TextHash)
        {
            state.SignIns.Remove(signIn);
            throw NotValid();
        }

        check(signIn.Value);
        state.SignIns.Remove(signIn);
        return AddSignIn(state, handle, signIn.Value);
    });

    /// <summary>
    /// Ends the sign-in of a refresh token, if it belongs to that client (RFC 7009).
    /// </summary>
    public void Revoke(string? text, string clientId)
    {
        if (Handle.Read(text) is not { } handle)
        {
            return; // It is an access token, or no token at all.
        }

        var idHash = handle.IdHash;
        Change(state => state.SignIns.RemoveAll(
            signIn => signIn.IdHash == idHash && signIn.Value.ClientId == clientId));
    }

    /// <summary>False if the consent page with this id was submitted before.</summary>
    public bool AnswerOnce(string page, DateTimeOffset expires) =>
        Change(state => state.AddAnswered(page, expires));

    /// <summary>Who has signed in, at this instance or at another one: the last one first.</summary>
    public IReadOnlyList<Person> ReadPeople()
    {
        lock (_lock)
        {
            using var other = folder.Lock();
            return Read(folder.Read(FileName)).People;
        }
    }

    public void AddPerson(Person person) => Change(state =>
    {
        state.AddPerson(person);
        return person;
    });

    private static Handle ReadHandle(string? text) => Handle.Read(text) ?? throw NotValid();

    private static OAuthError NotValid() =>
        new("invalid_grant", "It is not valid: it is unknown, has expired, is revoked or was used before.");

    private static SignIn AddSignIn(GrantState state, Handle handle, Grant grant)
    {
        var next = handle.CreateNext();
        state.AddSignIn(next, grant);
        return new SignIn(grant, next.Text);
    }

    private T Change<T>(Func<GrantState, T> change)
    {
        lock (_lock)
        {
            using var other = folder.Lock();
            var before = folder.Read(FileName);
            var state = Read(before);
            state.RemoveExpired();
            try
            {
                return change(state);
            }
            finally
            {
                // Also if the request is refused: a used code stays used.
                Keep(state, before);
            }
        }
    }

    private GrantState Read(string? json)
    {
        if (json is null)
        {
            return new GrantState();
        }

        try
        {
            return GrantState.Read(json);
        }
        catch (JsonException exception)
        {
            LogDamage(logger, folder.Describe(FileName), exception.Message);
            return new GrantState();
        }
    }

    private void Keep(GrantState state, string? before)
    {
        var after = state.Write();
        if (after != before)
        {
            folder.Write(FileName, after);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{File} is damaged, so clients must sign in again: {Reason}")]
    private static partial void LogDamage(ILogger logger, string file, string reason);
}
#endif
