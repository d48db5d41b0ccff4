using System.Text;
using System.Text.Unicode;

namespace AccessBroker.Access;

/// <summary>RFC 3986 §2.1 percent-encoding, strict: one layer, two hexadecimal digits, well-formed UTF-8 (RFC 3629 §3: no overlong forms).</summary>
internal static class PercentDecoding
{
    public static bool TryDecode(ReadOnlySpan<char> text, bool plusIsSpace, out string decoded, out string why)
    {
        decoded = "";
        Span<byte> bytes = text.Length <= 512 ? stackalloc byte[text.Length] : new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (!IsEncodedByte(text, i))
                {
                    why = "A percent sign is not followed by two hexadecimal digits.";
                    return false;
                }

                bytes[length++] = ByteAt(text, i);
                i += 2;
            }
            else if (c > 0x7F)
            {
                why = "The address holds a character that must be percent-encoded.";
                return false;
            }
            else
            {
                bytes[length++] = plusIsSpace && c == '+' ? (byte)' ' : (byte)c;
            }
        }

        if (!Utf8.IsValid(bytes[..length]))
        {
            why = "The percent-encoded bytes are not well-formed UTF-8.";
            return false;
        }

        decoded = Encoding.UTF8.GetString(bytes[..length]);
        why = "";
        return true;
    }

    /// <summary>RFC 3986 §6.2.2 for text whose encoding is well formed.</summary>
    public static string Normalise(string text)
    {
        var normal = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                normal.Append(text[i]);
                continue;
            }

            var value = (char)ByteAt(text, i);
            if (char.IsAsciiLetterOrDigit(value) || value is '-' or '.' or '_' or '~')
                normal.Append(value);
            else
                normal.Append('%').Append(char.ToUpperInvariant(text[i + 1])).Append(char.ToUpperInvariant(text[i + 2]));
            i += 2;
        }

        return normal.ToString();
    }

    /// <summary>A decoded text still holds <c>%41</c> or <c>%u0041</c> at this place: whoever decodes again reads another address.</summary>
    public static bool LooksEncoded(ReadOnlySpan<char> text, int at) =>
        IsEncodedByte(text, at) || (at + 1 < text.Length && text[at + 1] is 'u' or 'U');

    private static bool IsEncodedByte(ReadOnlySpan<char> text, int at) =>
        at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);

    private static byte ByteAt(ReadOnlySpan<char> text, int at) =>
        (byte)((HexValue(text[at + 1]) << 4) | HexValue(text[at + 2]));

    private static int HexValue(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}
