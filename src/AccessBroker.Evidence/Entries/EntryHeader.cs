using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>
/// The 160 bytes that stand in the log for an entry, big-endian, fixed width:
/// <code>
///   0  4  "ABE1"            8  8  time, µs since 1970-01-01 UTC     56 32  trail
///   4  1  version = 1      16  8  seq within the trail, from 0      88 32  prev
///   5  1  class            24 16  entry id (UUIDv7)                120 32  commit
///   6  2  flags = 0        40 16  ref                              152  4  node    156  4  boot
/// </code>
/// The leaf of the entry in the log's tree is the RFC 6962 leaf hash of exactly these bytes.
/// </summary>
/// <param name="Time">Microseconds since 1970-01-01 UTC; never negative, never before the previous entry's.</param>
/// <param name="Class">What the entry is for.</param>
/// <param name="Seq">Position within the trail, from 0.</param>
/// <param name="Id">The entry's UUIDv7.</param>
/// <param name="Ref">Outcome: its intent. Erase: the erased entry. Event: the entry it belongs to. Else empty.</param>
/// <param name="Trail">The trail's id, see <see cref="TrailId"/>.</param>
/// <param name="Prev">Leaf hash of the trail's previous header, or the trail's genesis where seq is 0.</param>
/// <param name="Commit">HMAC-SHA256(salt, body), see <see cref="Commitment"/>.</param>
/// <param name="Node">Number of the node that appended it.</param>
/// <param name="Boot">Which start of that node.</param>
public readonly record struct EntryHeader(
    long Time, EntryClass Class, ulong Seq, Guid Id, Guid Ref,
    Hash32 Trail, Hash32 Prev, Hash32 Commit, uint Node, uint Boot)
{
    /// <summary>Bytes in a header.</summary>
    public const int Size = 160;

    /// <summary>The only version so far.</summary>
    public const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "ABE1"u8;

    /// <summary>Writes the 160 bytes to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void WriteTo(Span<byte> destination)
    {
        if (destination.Length < Size)
            throw new ArgumentException($"A header needs {Size} bytes, not {destination.Length}.", nameof(destination));
        Magic.CopyTo(destination);
        destination[4] = Version;
        destination[5] = (byte)Class;
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], 0);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], Time);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Seq);
        Id.TryWriteBytes(destination[24..], bigEndian: true, out _);
        Ref.TryWriteBytes(destination[40..], bigEndian: true, out _);
        Trail.CopyTo(destination[56..]);
        Prev.CopyTo(destination[88..]);
        Commit.CopyTo(destination[120..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[152..], Node);
        BinaryPrimitives.WriteUInt32BigEndian(destination[156..], Boot);
    }

    /// <summary>A new array of the 160 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>Reads 160 bytes. Magic, version, class, flags and a negative time each have a message of their own.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out EntryHeader header, out string error)
    {
        header = default;
        error = Fault(source) ?? "";
        if (error.Length > 0)
            return false;
        header = new EntryHeader(
            BinaryPrimitives.ReadInt64BigEndian(source[8..]), (EntryClass)source[5],
            BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
            new Guid(source[24..40], bigEndian: true), new Guid(source[40..56], bigEndian: true),
            new Hash32(source[56..88]), new Hash32(source[88..120]), new Hash32(source[120..152]),
            BinaryPrimitives.ReadUInt32BigEndian(source[152..]), BinaryPrimitives.ReadUInt32BigEndian(source[156..]));
        return true;
    }

    /// <summary>Why these bytes are not a header, or null where they are one.</summary>
    private static string? Fault(ReadOnlySpan<byte> source) => source switch
    {
        { Length: not Size } => $"a header has {Size} bytes, not {source.Length}",
        _ when !source.StartsWith(Magic) => "the header does not begin with ABE1",
        _ when source[4] != Version => $"header version {source[4]} is unknown, only {Version} is",
        _ when source[5] is < (byte)EntryClass.Intent or > (byte)EntryClass.Erase => $"header class {source[5]} is unknown",
        _ when (source[6] | source[7]) != 0 => "the header's flags are not zero",
        _ when (source[8] & 0x80) != 0 => "the header's time is before 1970",
        _ => null,
    };
}
