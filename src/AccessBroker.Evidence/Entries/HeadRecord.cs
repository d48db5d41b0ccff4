using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>
/// What a heads entry says about one trail: "ABH1" ‖ trail[32] ‖ count u64 ‖ head leaf[32], 76 bytes, big-endian.
/// </summary>
/// <param name="Trail">The trail.</param>
/// <param name="Count">Entries of the trail.</param>
/// <param name="Head">Leaf hash of its last header.</param>
public readonly record struct HeadRecord(Hash32 Trail, ulong Count, Hash32 Head)
{
    /// <summary>Bytes in a record.</summary>
    public const int Size = 76;

    /// <summary>Writes the 76 bytes to the start of <paramref name="destination"/>.</summary>
    public void WriteTo(Span<byte> destination)
    {
        "ABH1"u8.CopyTo(destination);
        Trail.CopyTo(destination[4..]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[36..], Count);
        Head.CopyTo(destination[44..]);
    }

    /// <summary>A new array of the 76 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }
}
