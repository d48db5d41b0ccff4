using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// 32 bytes held by value: a SHA-256 hash, an HMAC, a trail id. Four big-endian words, so that comparing two
/// of them orders them by their bytes, and so that a header can be built without touching the heap.
/// </summary>
public readonly struct Hash32 : IEquatable<Hash32>, IComparable<Hash32>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has 32 bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>True for 32 zero bytes.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>A new array of the 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The RFC 6962 leaf hash of a header.</summary>
    public static Hash32 OfLeaf(ReadOnlySpan<byte> header)
    {
        Span<byte> hash = stackalloc byte[Size];
        Merkle.HashLeaf(header, hash);
        return new Hash32(hash);
    }

    /// <summary>Lower-case hex.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Reads canonical base64: 44 characters that re-encode to themselves.</summary>
    public static bool TryParseBase64([NotNullWhen(true)] string? text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text is { Length: 44 } && Convert.TryFromBase64String(text, bytes, out var written) && written == Size
            && Convert.ToBase64String(bytes) == text)
        {
            hash = new Hash32(bytes);
            return true;
        }
        hash = default;
        return false;
    }

    /// <summary>By bytes, as the heads tree orders trails.</summary>
    public int CompareTo(Hash32 other) =>
        _a != other._a ? _a.CompareTo(other._a)
        : _b != other._b ? _b.CompareTo(other._b)
        : _c != other._c ? _c.CompareTo(other._c)
        : _d.CompareTo(other._d);

    /// <inheritdoc/>
    public bool Equals(Hash32 other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Base64.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <inheritdoc/>
    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);

    /// <inheritdoc/>
    public static bool operator <(Hash32 left, Hash32 right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(Hash32 left, Hash32 right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(Hash32 left, Hash32 right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(Hash32 left, Hash32 right) => left.CompareTo(right) >= 0;
}
