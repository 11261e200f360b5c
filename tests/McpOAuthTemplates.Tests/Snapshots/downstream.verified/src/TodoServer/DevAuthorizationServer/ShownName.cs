#if DEBUG
using System.Globalization;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The name that a client chooses, without characters that could deceive the reader: those that
/// change the direction of text, are invisible, or begin a new line.
/// </summary>
internal static class ShownName
{
    private const int MaxLength = 100;

    /// <summary>Null if nothing is left.</summary>
    public static string? Clean(string? name)
    {
        var shown = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            Append(shown, rune);
        }

        if (shown.Length == 0)
        {
            return null;
        }

        return shown.ToString().TrimEnd();
    }

    private static void Append(StringBuilder shown, Rune rune)
    {
        if (shown.Length + rune.Utf16SequenceLength > MaxLength)
        {
            return;
        }

        if (Rune.IsWhiteSpace(rune))
        {
            AppendSpace(shown);
        }
        else if (IsVisible(rune))
        {
            shown.Append(rune);
        }
    }

    // One space for any number of spaces and line breaks, and none at the start.
    private static void AppendSpace(StringBuilder shown)
    {
        if (shown.Length > 0 && shown[^1] != ' ')
        {
            shown.Append(' ');
        }
    }

    private static bool IsVisible(Rune rune)
    {
        if (IsBlankLetter(rune.Value))
        {
            return false;
        }

        return Rune.GetUnicodeCategory(rune)
            is not (UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.Surrogate);
    }

    // Unicode counts these among letters, marks and symbols: the joiner of graphemes, fillers of
    // Hangul, inherent vowels of Khmer, selectors of variants, the empty pattern of Braille.
    private static bool IsBlankLetter(int value) => value
        is 0x034F
        or 0x115F
        or 0x1160
        or 0x17B4
        or 0x17B5
        or 0x180B
        or 0x180C
        or 0x180D
        or 0x180F
        or 0x2800
        or 0x3164
        or 0xFFA0
        or 0xFFFD
        or (>= 0xFE00 and <= 0xFE0F)
        or (>= 0xE0100 and <= 0xE01EF);
}
#endif
