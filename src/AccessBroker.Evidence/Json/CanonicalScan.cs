using System.Buffers;

namespace AccessBroker.Evidence;

/// <summary>
/// Whether a text is canonical, in one pass and without writing it again: what nearly every body is. It never says yes of what is
/// not; it says no also of what it would take more to see (names with escapes or beyond ASCII), which <see cref="CanonicalJson"/> then decides.
/// </summary>
/// <param name="utf8">Valid UTF-8.</param>
/// <param name="members">Told of each member of the outermost object, in order, also of those before a fault.</param>
internal ref struct CanonicalScan(ReadOnlySpan<byte> utf8, BodyMembers? members = null)
{
    private static readonly SearchValues<byte> EndsText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly BodyMembers? _members = members;
    private int _at;

    public bool IsCanonical() => Value(0) && _at == _utf8.Length;

    private bool Value(int depth) => Peek() switch
    {
        (byte)'{' => depth < CanonicalJson.MaxDepth && Object(depth),
        (byte)'[' => depth < CanonicalJson.MaxDepth && Array(depth),
        (byte)'"' => Text(out _),
        (byte)'t' => Literal("true"u8),
        (byte)'f' => Literal("false"u8),
        (byte)'n' => Literal("null"u8),
        _ => Integer(),
    };

    private readonly int Peek() => _at < _utf8.Length ? _utf8[_at] : -1;

    private bool Take(byte expected)
    {
        if (Peek() != expected)
            return false;
        _at++;
        return true;
    }

    /// <summary>Names ascend by UTF-16 code units, which for ASCII is by bytes; so none is there twice.</summary>
    private bool Object(int depth)
    {
        _at++;
        if (Take((byte)'}'))
            return true;
        ReadOnlySpan<byte> before = default;
        for (var first = true; ; first = false)
        {
            var start = _at;
            if (!Text(out var isPlain) || !isPlain)
                return false;
            var name = _utf8[(start + 1)..(_at - 1)];
            if (!first && before.SequenceCompareTo(name) >= 0)
                return false;
            before = name;
            if (!Take((byte)':'))
                return false;
            var value = _at;
            if (!Value(depth + 1))
                return false;
            if (depth == 0)
                _members?.Take(name, value, _at);
            if (Take((byte)'}'))
                return true;
            if (!Take((byte)','))
                return false;
        }
    }

    private bool Array(int depth)
    {
        _at++;
        if (Take((byte)']'))
            return true;
        while (Value(depth + 1))
        {
            if (Take((byte)']'))
                return true;
            if (!Take((byte)','))
                return false;
        }
        return false;
    }

    /// <param name="isPlain">It is ASCII without escapes.</param>
    private bool Text(out bool isPlain)
    {
        isPlain = false;
        if (!Take((byte)'"'))
            return false;
        var start = _at;
        var hasEscape = false;
        while (true)
        {
            var length = _utf8[_at..].IndexOfAny(EndsText);
            if (length < 0)
                return false;
            _at += length;
            if (_utf8[_at] == (byte)'"')
            {
                isPlain = !hasEscape && System.Text.Ascii.IsValid(_utf8[start.._at]);
                _at++;
                return true;
            }
            hasEscape = true;
            if (!Escape())
                return false;
        }
    }

    /// <summary>RFC 8785 §3.2.2.2: seven short ones, and \u00xx in lower case for the other controls.</summary>
    private bool Escape()
    {
        var rest = _utf8[_at..];
        if (rest.Length < 2 || rest[0] != (byte)'\\')
            return false;
        if (rest[1] is (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'t' or (byte)'n' or (byte)'f' or (byte)'r')
        {
            _at += 2;
            return true;
        }
        if (rest.Length < 6 || !rest[1..4].SequenceEqual("u00"u8) || rest[4] is not ((byte)'0' or (byte)'1') || rest[5] is not (>= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f'))
            return false;
        if (rest[4] == (byte)'0' && (rest[5] is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'c' or (byte)'d'))
            return false; // these have a short one
        _at += 6;
        return true;
    }

    private bool Literal(ReadOnlySpan<byte> literal)
    {
        if (!_utf8[_at..].StartsWith(literal))
            return false;
        _at += literal.Length;
        return true;
    }

    /// <summary>No leading zero, no minus before zero, below 2^53.</summary>
    private bool Integer()
    {
        var isNegative = Take((byte)'-');
        var start = _at;
        long value = 0;
        while (Peek() is >= '0' and <= '9' and var digit && _at - start < 17)
        {
            value = value * 10 + (digit - '0');
            _at++;
        }
        var digits = _at - start;
        return digits > 0 && value <= CanonicalJson.MaxInteger && (_utf8[start] != (byte)'0' || digits == 1 && !isNegative) && Peek() is not (>= '0' and <= '9');
    }
}
