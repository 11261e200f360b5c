#if DEBUG
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// A code or refresh token. It begins with the id of the sign-in, which a code and its refresh
/// tokens share, and ends with its own secret. A used one is recognized by its id, without a list
/// of used ones.
/// </summary>
internal sealed class Handle
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;

    private static readonly int s_idLength = Base64Url.GetEncodedLength(IdBytes);
    private static readonly int s_length = s_idLength + Base64Url.GetEncodedLength(SecretBytes);

    private readonly string _id;

    private Handle(string id, string secret)
    {
        _id = id;
        Text = id + secret;
        IdHash = Hash(id);
        TextHash = Hash(Text);
    }

    /// <summary>What the client gets.</summary>
    public string Text { get; }

    /// <summary>The hash of the id. Only hashes are stored, which are useless to others.</summary>
    public string IdHash { get; }

    public string TextHash { get; }

    public static Handle Create() => new(Random(IdBytes), Random(SecretBytes));

    /// <summary>Reads the value from a client. Null if it was never issued here.</summary>
    public static Handle? Read(string? text)
    {
        if (text is null || text.Length != s_length)
        {
            return null;
        }

        return new Handle(text[..s_idLength], text[s_idLength..]);
    }

    /// <summary>The one that replaces this one.</summary>
    public Handle CreateNext() => new(_id, Random(SecretBytes));

    private static string Random(int bytes) =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private static string Hash(string text) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
#endif
