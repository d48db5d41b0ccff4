using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AccessBroker.Evidence;

/// <summary>
/// RFC 8785 (JCS), restricted so that every reader in every language sees the same value: objects, arrays,
/// strings, integers below 2^53 in magnitude, booleans, null. Refused: duplicate names, floats, larger integers,
/// invalid UTF-8, lone surrogates, more than <see cref="MaxDepth"/> levels, more than <see cref="MaxBytes"/> bytes.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The most bytes that a body may have: 64 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The most levels of objects and arrays within each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>2^53 − 1, the largest integer that every JSON reader keeps exact (RFC 7493 §2.2).</summary>
    public const long MaxInteger = (1L << 53) - 1;

    /// <summary>The canonical form of a JSON text.</summary>
    /// <exception cref="CanonicalJsonException">The text is refused; the message says why.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8) => Canonicalize(utf8, MaxBytes);

    /// <summary>True where the text is its own canonical form; otherwise <paramref name="error"/> says why not.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> utf8, out string error) => IsCanonical(utf8, MaxBytes, out error);

    internal static bool IsCanonical(ReadOnlySpan<byte> utf8, int maxBytes, out string error)
    {
        error = "";
        if (utf8.Length <= maxBytes && Utf8.IsValid(utf8) && new CanonicalScan(utf8).IsCanonical())
            return true;
        try
        {
            var same = utf8.SequenceEqual(Canonicalize(utf8, maxBytes));
            error = same ? "" : "is JSON but not in canonical form (RFC 8785: order of names, escapes or white space)";
            return same;
        }
        catch (CanonicalJsonException e)
        {
            error = e.Message;
            return false;
        }
    }

    internal static byte[] Canonicalize(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length > maxBytes)
            throw new CanonicalJsonException($"has {utf8.Length} bytes, more than {maxBytes}");
        if (!Utf8.IsValid(utf8))
            throw new CanonicalJsonException("is not valid UTF-8");
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 }); // so that our message is the one seen
        try
        {
            var output = new MemoryStream(utf8.Length);
            reader.Read();
            WriteValue(ref reader, output);
            reader.Read(); // only the end may follow; anything else throws
            return output.ToArray();
        }
        catch (JsonException e)
        {
            throw new CanonicalJsonException($"is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }
    }

    private static void WriteValue(ref Utf8JsonReader reader, MemoryStream output)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaxDepth)
            throw new CanonicalJsonException($"is nested deeper than {MaxDepth} levels");
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, output);
                break;
            case JsonTokenType.StartArray:
                output.WriteByte((byte)'[');
                for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
                {
                    if (!first)
                        output.WriteByte((byte)',');
                    WriteValue(ref reader, output);
                }
                output.WriteByte((byte)']');
                break;
            case JsonTokenType.String:
                WriteString(Text(ref reader), output);
                break;
            case JsonTokenType.Number:
                output.Write(Encoding.ASCII.GetBytes(Integer(ref reader).ToString(System.Globalization.CultureInfo.InvariantCulture)));
                break;
            default: // true, false, null: one spelling each
                output.Write(reader.ValueSpan);
                break;
        }
    }

    /// <summary>Names are sorted as arrays of UTF-16 code units (RFC 8785 §3.2.3).</summary>
    private static void WriteObject(ref Utf8JsonReader reader, MemoryStream output)
    {
        var members = new List<(string Name, byte[] Value)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Text(ref reader);
            reader.Read();
            var value = new MemoryStream();
            WriteValue(ref reader, value);
            members.Add((name, value.ToArray()));
        }
        members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        output.WriteByte((byte)'{');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name)
                throw new CanonicalJsonException($"has the duplicate key \"{members[i].Name}\"");
            if (i > 0)
                output.WriteByte((byte)',');
            WriteString(members[i].Name, output);
            output.WriteByte((byte)':');
            output.Write(members[i].Value);
        }
        output.WriteByte((byte)'}');
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException) // what the reader throws for \ud800 without its other half
        {
            throw new CanonicalJsonException($"has a lone surrogate in a string (byte {reader.TokenStartIndex})");
        }
    }

    private static long Integer(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            throw new CanonicalJsonException($"has a number that is not an integer (byte {reader.TokenStartIndex})");
        if (!reader.TryGetInt64(out var value) || value is > MaxInteger or < -MaxInteger)
            throw new CanonicalJsonException($"has an integer of 2^53 or more in magnitude (byte {reader.TokenStartIndex})");
        return value;
    }

    private static void WriteString(string text, MemoryStream output)
    {
        var buffer = new byte[JsonText.MaxLength(text.Length)];
        output.Write(buffer, 0, JsonText.Write(buffer, text));
    }
}
