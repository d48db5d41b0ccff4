using System.Buffers;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>Strings as RFC 8785 §3.2.2.2 writes them: the seven short escapes, \u00xx for other controls, all else as UTF-8.</summary>
internal static class JsonText
{
    private static readonly SearchValues<char> MustEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>The most bytes that a string of this many characters can take, quotes included.</summary>
    public static int MaxLength(int characters) => checked((characters * 6) + 2);

    /// <summary>
    /// Writes the quoted string and returns the bytes written. A lone surrogate becomes U+FFFD: what people type
    /// must never be able to stop the log.
    /// </summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<char> text)
    {
        var at = 0;
        destination[at++] = (byte)'"';
        while (text.Length > 0)
        {
            var plain = text.IndexOfAny(MustEscape);
            if (plain < 0)
                plain = text.Length;
            at += Encoding.UTF8.GetBytes(text[..plain], destination[at..]);
            if (plain == text.Length)
                break;
            at += WriteEscape(destination[at..], text[plain]);
            text = text[(plain + 1)..];
        }
        destination[at++] = (byte)'"';
        return at;
    }

    private static int WriteEscape(Span<byte> destination, char c)
    {
        destination[0] = (byte)'\\';
        var letter = c switch
        {
            '"' => '"', '\\' => '\\', '\b' => 'b', '\t' => 't', '\n' => 'n', '\f' => 'f', '\r' => 'r', _ => '\0',
        };
        if (letter != '\0')
        {
            destination[1] = (byte)letter;
            return 2;
        }
        const string hex = "0123456789abcdef";
        "u00"u8.CopyTo(destination[1..]);
        destination[4] = (byte)hex[c >> 4];
        destination[5] = (byte)hex[c & 15];
        return 6;
    }
}
