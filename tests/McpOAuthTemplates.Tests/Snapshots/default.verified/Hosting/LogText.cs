using System.Diagnostics;

namespace TodoServer.Hosting;

/// <summary>Texts for lines of a log that others have chosen.</summary>
internal static class LogText
{
    private const int MaxLength = 100;

    /// <summary>On one line, and not longer than needed to tell it from others.</summary>
    public static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var start = text.Length > MaxLength ? text[..MaxLength] : text;
        return string.Concat(start.Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?'));
    }

    /// <summary>What other lines about the request, and its traces, have as well.</summary>
    public static string FindTrace(HttpContext http) =>
        Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
}
