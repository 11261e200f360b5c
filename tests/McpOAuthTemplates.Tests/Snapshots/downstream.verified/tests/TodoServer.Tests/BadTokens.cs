using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Tests;

/// <summary>Tokens with one defect each, by the name of the defect.</summary>
internal static class BadTokens
{
    private static readonly Dictionary<string, object> s_binding = new() { ["jkt"] = "x" };

    private static readonly Dictionary<string, object> s_extension = new()
    {
        ["crit"] = new List<string> { "x" },
        ["x"] = 1,
    };

    private static readonly Dictionary<string, Func<ServerFactory, string>> s_all = new()
    {
        ["malformed"] = _ => "a.b.c",
        ["two tokens"] = server => $"{server.CreateToken()},{server.CreateToken()}",

        // Time, audience and issuer.
        ["expired"] = server => server.CreateToken(("exp", GetTime(-40))),
        ["not yet valid"] = server => server.CreateToken(("nbf", GetTime(60))),
        ["no expiry"] = server => server.CreateToken(("exp", null)),
        ["other audience"] = server => server.CreateToken(("aud", server.Resource + "/other")),
        ["no audience"] = server => server.CreateToken(("aud", null)),
        ["other issuer"] = server => server.CreateToken(("iss", TestIssuer.Url + "/other")),
        ["no issuer"] = server => server.CreateToken(("iss", null)),

        // The signature.
        ["other key"] = server => SignWithOtherKey(server, "other"),
        ["other key, same ID"] = server => SignWithOtherKey(server, server.Issuer.Key.KeyId),
        ["public key, HS256"] = server => SignWithPublicKey(server, "HS256"),
        ["public key, HS384"] = server => SignWithPublicKey(server, "HS384"),
        ["public key, HS512"] = server => SignWithPublicKey(server, "HS512"),
        ["changed"] = server => Change(server.CreateToken()),
        ["no signature"] = server => RemoveSignature(server.CreateToken()),
        ["alg none"] = server => SayUnsigned(server.CreateToken()),

        // Subject and client.
        ["no user"] = server => server.CreateToken(("sub", null), ("client_id", "somebody")),
        ["empty user"] = server => server.CreateToken(("sub", "")),
        ["user that is a number"] = server => server.CreateToken(("sub", 5)),
        ["user with the name of a client"] = server => server.CreateToken(("sub", "client:somebody")),
        ["two users"] = NameTwoUsers,

        // Kinds of tokens that this server cannot check.
        ["bound to a key"] = server => server.CreateToken(("cnf", s_binding)),
        ["token of logout"] = server => server.CreateOtherToken("logout+jwt"),
        ["proof of a key"] = server => server.CreateOtherToken("dpop+jwt"),
        ["extension that nobody knows"] = server => server.CreateOtherToken("at+jwt", s_extension),
    };

    public static IEnumerable<string> Names => s_all.Keys;

    public static string Create(string name, ServerFactory server) => s_all[name](server);

    /// <summary>The same token, signed with another key.</summary>
    public static string ChangeSignature(string token)
    {
        var text = token[..token.LastIndexOf('.')];
        var stranger = new SigningCredentials(
            TestIssuer.CreateOtherKey("other"), SecurityAlgorithms.RsaSha256);
        return $"{text}.{JwtTokenUtilities.CreateEncodedSignature(text, stranger)}";
    }

    private static long GetTime(int seconds) =>
        DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds();

    private static string SignWithOtherKey(ServerFactory server, string id)
    {
        var key = TestIssuer.CreateOtherKey(id);
        return server.CreateToken(new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }

    // The public key is known: a server that uses it as an HMAC secret accepts any token.
    private static string SignWithPublicKey(ServerFactory server, string algorithm)
    {
        var key = server.Issuer.Key;
        var publicKey = key.Rsa.ExportSubjectPublicKeyInfo();
        var secret = new SymmetricSecurityKey(publicKey) { KeyId = key.KeyId };
        return server.CreateToken(new SigningCredentials(secret, algorithm));
    }

    private static string Change(string token)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("somebody", "somebody else");
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private static string RemoveSignature(string token) => token[..(token.LastIndexOf('.') + 1)];

    private static string SayUnsigned(string token)
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""");
        return $"{header}.{token.Split('.')[1]}.";
    }

    // With a duplicate name, one parser uses the first value and another the last.
    private static string NameTwoUsers(ServerFactory server)
    {
        var parts = server.CreateToken().Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("{", "{\"sub\":\"somebody else\",");
        return server.Issuer.Sign(parts[0], Base64UrlEncoder.Encode(payload));
    }
}
