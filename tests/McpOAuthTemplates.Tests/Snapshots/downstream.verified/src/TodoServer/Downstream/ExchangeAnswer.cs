using System.Text.Json;

namespace TodoServer.Downstream;

/// <summary>The answer of a token endpoint (RFC 6749, sections 5.1 and 5.2).</summary>
internal sealed class ExchangeAnswer
{
    private static readonly TimeSpan s_unknown = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private ExchangeAnswer()
    {
    }

    /// <summary>The token, or null if there is none that can be used.</summary>
    public string? Token { get; private init; }

    public TimeSpan Lifetime { get; private init; } = s_unknown;

    public string? Error { get; private init; }

    public string? SubError { get; private init; }

    /// <summary>Reads what can be used of it. Nothing is, if it is not a JSON object.</summary>
    public static ExchangeAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(json.RootElement);
            }
        }
        catch (JsonException)
        {
            // It is the page of a proxy, for example.
        }

        return new ExchangeAnswer();
    }

    private static ExchangeAnswer Read(JsonElement json)
    {
        return new ExchangeAnswer
        {
            Token = FindBearerToken(json),
            Lifetime = ReadLifetime(json),
            Error = FindText(json, "error"),
            SubError = FindText(json, "suberror"),
        };
    }

    private static string? FindBearerToken(JsonElement json)
    {
        var token = FindText(json, "access_token");
        var type = FindText(json, "token_type");
        var isBearer = "Bearer".Equals(type, StringComparison.OrdinalIgnoreCase);
        if (!isBearer || string.IsNullOrEmpty(token) || !token.All(IsOfHeader))
        {
            return null;
        }

        return token;
    }

    private static TimeSpan ReadLifetime(JsonElement json)
    {
        var isNumber = json.TryGetProperty("expires_in", out var value)
            && value.ValueKind == JsonValueKind.Number;
        if (!isNumber || !value.TryGetDouble(out var seconds))
        {
            return s_unknown;
        }

        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, s_longest.TotalSeconds));
    }

    private static string? FindText(JsonElement json, string name)
    {
        var isText = json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String;
        if (!isText)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // It is not Unicode, such as a lone surrogate.
        }
    }

    private static bool IsOfHeader(char c) => c is > ' ' and < '\x7f';
}
