#if DEBUG
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace TodoServer.DevAuthorizationServer;

/// <summary>The key that signs tokens. It is kept across restarts.</summary>
internal static partial class SigningKey
{
    private const string FileName = "signing-key.pem";
    private const int KeySize = 2048;

    public static RsaSecurityKey ReadOrCreate(StateFolder folder, ILogger logger)
    {
        using var other = folder.Lock();
        var rsa = Read(folder, logger);
        if (rsa is null)
        {
            rsa = RSA.Create(KeySize);
            folder.Write(FileName, rsa.ExportPkcs8PrivateKeyPem());
        }

        var key = new RsaSecurityKey(rsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static RSA? Read(StateFolder folder, ILogger logger)
    {
        var pem = folder.Read(FileName);
        if (pem is null)
        {
            return null;
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            _ = rsa.ExportPkcs8PrivateKey(); // Throws if it is only a public key.
            if (rsa.KeySize >= KeySize)
            {
                return rsa;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // It is replaced.
        }

        rsa.Dispose();
        LogDamage(logger, folder.Describe(FileName));
        return null;
    }

    [LoggerMessage(1, LogLevel.Warning, "{File} is damaged: a new key is created, and clients must sign in again.")]
    private static partial void LogDamage(ILogger logger, string file);
}
#endif
