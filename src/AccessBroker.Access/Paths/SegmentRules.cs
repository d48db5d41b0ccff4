using System.Buffers;

namespace AccessBroker.Access;

/// <summary>What a decoded path segment may not hold, because some server between here and the data would read it as something else.</summary>
internal static class SegmentRules
{
    private static readonly SearchValues<char> Harmless =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,=:@");

    // Characters that compatibility mappings (NFKC, Windows best fit) turn into a dot, slash, backslash, percent or semicolon.
    private static readonly SearchValues<char> LookAlikes = SearchValues.Create(
        "\u2024\u2025\u2026\u2044\u2215\u2216\u29F5\u29F8\u29F9\u2100\u2101\u2105\u2106\uFE52\uFE54\uFE68\uFE6A\uFE19\uFE30\uFF05\uFF0E\uFF0F\uFF1B\uFF3C");

    /// <summary>Why the segment is refused, or null.</summary>
    public static string? Refuse(string segment)
    {
        if (!segment.AsSpan().ContainsAnyExcept(Harmless))
            return null;

        if (!segment.AsSpan().ContainsAnyExcept('.'))
            return "The path holds a dot segment, plain or encoded; resolve it before sending.";
        if (segment[0] == ' ' || segment[^1] == ' ')
            return "A path segment begins or ends with a space, which some servers drop.";
        if (segment.AsSpan().ContainsAny(LookAlikes))
            return "The path holds a character that some servers turn into a dot or a slash.";

        for (var i = 0; i < segment.Length; i++)
        {
            var c = segment[i];
            if (char.IsControl(c))
                return "The path holds a control character.";
            switch (c)
            {
                case '/':
                    return "The path holds an encoded slash.";
                case '\\':
                    return "The path holds an encoded backslash.";
                case ';':
                    return "The path holds an encoded semicolon.";
                case '?' or '#':
                    return "The path holds an encoded question mark or number sign.";
                case '%' when PercentDecoding.LooksEncoded(segment, i):
                    return "The path is percent-encoded twice.";
            }
        }

        return null;
    }
}
