using System.Diagnostics;

namespace TodoServer.Hosting;

/// <summary>Prepares text from others for the log.</summary>
internal static class LogText
{
    private const int MaxLength = 100;

    /// <summary>On one line, and long enough to recognize it.</summary>
    public static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var start = text.Length > MaxLength ? text[..MaxLength] : text;
        return string.Concat(start.Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?'));
    }

    /// <summary>
    /// The id that other log lines for the request, and its traces, have as well.
    /// </summary>
    public static string FindTrace(HttpContext http) =>
        Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
}
