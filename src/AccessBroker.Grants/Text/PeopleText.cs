using System.Globalization;
using System.Text;

namespace AccessBroker.Grants;

/// <summary>
/// Rules for text that people write and others decide on. Control characters could hide it in terminals and logs,
/// bidirectional ones could make it read differently from what is stored (CVE-2021-42574), so both are refused, not removed.
/// </summary>
public static class PeopleText
{
    /// <summary>Text as it is kept: line ends as LF, no space around it.</summary>
    public static string Tidy(string? text) => (text ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Trim();

    /// <summary>What is wrong with the text, in a sentence, or null. Counts characters as people do, by Unicode scalar.</summary>
    /// <param name="text">Tidied text.</param>
    /// <param name="what">Begins the sentence: "The reason".</param>
    /// <param name="min">Fewest characters; 0 allows none.</param>
    /// <param name="max">Most characters.</param>
    /// <param name="lines">Line feeds and tabs are allowed.</param>
    public static string? Fault(string text, string what, int min, int max, bool lines = true)
    {
        var length = 0;
        for (var i = 0; i < text.Length; length++)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done)
                return $"{what} holds half a character at position {length + 1}; type it again.";
            if (IsRefused(rune, lines))
                return $"{what} holds the invisible character U+{rune.Value:X4} at position {length + 1}; remove it.";
            i += used;
        }
        if (length < min)
            return length == 0 ? $"{what} is missing; write {min}–{max} characters." : $"{what} has {Characters(length)}; write at least {min}.";
        return length > max ? $"{what} has {Characters(length)}; write at most {max}." : null;
    }

    private static string Characters(int count) => count == 1 ? "1 character" : $"{count} characters";

    private static bool IsRefused(Rune rune, bool lines) => rune.Value switch
    {
        '\n' or '\t' => !lines,
        0x061C or 0x200E or 0x200F => true, // Arabic letter mark, left-to-right and right-to-left marks
        >= 0x202A and <= 0x202E => true, // embeddings and overrides
        >= 0x2066 and <= 0x2069 => true, // isolates
        0x2028 or 0x2029 => true, // line and paragraph separators
        0x200B or 0x2060 or 0xFEFF => true, // zero-width space, word joiner, byte-order mark
        >= 0xE0000 and <= 0xE007F => true, // tags: invisible ASCII
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned,
    };
}
