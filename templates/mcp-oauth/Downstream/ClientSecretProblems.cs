using System.Security.Cryptography;
using global::McpOAuthServer.Authorization;
using Microsoft.Extensions.Configuration.Json;

namespace McpOAuthServer.Downstream;

/// <summary>
/// What is wrong with the secret or the certificate of a client. No text contains the secret.
/// </summary>
internal sealed class ClientSecretProblems(IConfiguration configuration, string section)
{
    /// <summary>What to do instead.</summary>
    public string Advice
    {
        get
        {
            var prefix = section.Replace(":", "__", StringComparison.Ordinal);
            return $"Set it as environment variable {prefix}__ClientSecret or "
                + $"{prefix}__ClientCertificate.";
        }
    }

    public static string? Find(DownstreamOptions api)
    {
        var hasSecret = !string.IsNullOrWhiteSpace(api.ClientSecret);
        var hasCertificate = api.ClientCertificate.Length > 0;
        if (hasSecret && hasCertificate)
        {
            return "ClientSecret and ClientCertificate exclude each other";
        }

        if (hasCertificate)
        {
            return FindCertificateProblem(api.ClientCertificate);
        }

        if (!hasSecret)
        {
            return "ClientSecret or ClientCertificate is needed";
        }

        if (SettingProblems.FindPlaceholder(api.ClientSecret) is not null)
        {
            return "ClientSecret is still a placeholder";
        }

        return null;
    }

    /// <summary>
    /// The file of the project that contains a secret, or null. These files are in its repository,
    /// and in its image.
    /// </summary>
    public string? FindFile()
    {
        if (configuration is not IConfigurationRoot root)
        {
            return null;
        }

        foreach (var file in root.Providers.OfType<JsonConfigurationProvider>())
        {
            var name = Path.GetFileName(file.Source.Path) ?? "";
            var isOfProject = name.StartsWith("appsettings.", StringComparison.OrdinalIgnoreCase);
            if (isOfProject && HasSecret(file))
            {
                return name;
            }
        }

        return null;
    }

    private static string? FindCertificateProblem(string pem)
    {
        try
        {
            using var certificate = ExchangeClient.ReadCertificate(pem);
            if (certificate.NotAfter < DateTime.Now)
            {
                return $"ClientCertificate has expired on {certificate.NotAfter:yyyy-MM-dd}";
            }

            return null;
        }
        catch (CryptographicException)
        {
            return "ClientCertificate must be a certificate and its private key, both as PEM";
        }
    }

    private bool HasSecret(JsonConfigurationProvider file)
    {
        file.TryGet($"{section}:ClientSecret", out var secret);
        file.TryGet($"{section}:ClientCertificate", out var certificate);
        return secret is { Length: > 0 } || certificate is { Length: > 0 };
    }
}
