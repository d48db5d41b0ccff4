using System.Buffers.Binary;
using AccessBroker.TransparencyLog;

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

    /// <summary>The record's leaf in the heads tree: the RFC 6962 leaf hash of its bytes.</summary>
    public byte[] Leaf()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Merkle.HashLeaf(bytes);
    }

    /// <summary>The heads root: RFC 6962 root over the leaves of all records, sorted by trail bytes.</summary>
    /// <exception cref="ArgumentException">Not sorted, or a trail twice.</exception>
    public static Hash32 Root(IReadOnlyList<HeadRecord> sortedByTrail)
    {
        var leaves = new byte[sortedByTrail.Count][];
        for (var i = 0; i < leaves.Length; i++)
        {
            if (i > 0 && sortedByTrail[i].Trail <= sortedByTrail[i - 1].Trail)
                throw new ArgumentException("Head records are sorted by trail, each trail once.", nameof(sortedByTrail));
            leaves[i] = sortedByTrail[i].Leaf();
        }
        return new Hash32(Merkle.Root(leaves));
    }
}
