namespace TodoServer.Authorization;

/// <summary>
/// Why tokens cannot be validated at the moment. The text is fixed, so anyone may see it.
/// </summary>
internal sealed class IssuerUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public const string NotReadable = "The keys of the issuer cannot be read.";

    /// <summary>When the next attempt to read the keys is made.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}
