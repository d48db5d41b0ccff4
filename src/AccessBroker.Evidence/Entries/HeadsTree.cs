using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// The heads tree as it changes: a leaf for each trail, sorted by trail. Keeps every level, so that the root after
/// a few appends costs a few hashes and not one for each customer.
/// </summary>
/// <remarks>
/// Pairing nodes level by level, the odd one rising alone, gives the same tree as RFC 6962 §2.1, which splits at
/// the largest power of two. Not thread-safe.
/// </remarks>
public sealed class HeadsTree
{
    private readonly SortedDictionary<Hash32, HeadRecord> _records = [];
    private readonly HashSet<Hash32> _changed = [];
    private Hash32[] _order = [];
    private List<byte[][]> _levels = [];

    /// <summary>Number of trails.</summary>
    public int Count => _records.Count;

    /// <summary>States a trail's count and head.</summary>
    public void Set(in HeadRecord record)
    {
        _records[record.Trail] = record;
        _changed.Add(record.Trail);
    }

    /// <summary>The heads root, as <see cref="HeadRecord.Root"/> computes it.</summary>
    public Hash32 Root()
    {
        Update();
        return new Hash32(_levels.Count == 0 ? Merkle.EmptyRoot : _levels[^1][0]);
    }

    /// <summary>Where a trail's record stands and the inclusion proof of its leaf; null where the trail is unknown.</summary>
    public (ulong Position, IReadOnlyList<byte[]> Proof)? Find(Hash32 trail)
    {
        Update();
        var position = Array.BinarySearch(_order, trail);
        if (position < 0)
            return null;
        var proof = new List<byte[]>();
        var at = position;
        foreach (var level in _levels)
        {
            var sibling = at ^ 1;
            if (sibling < level.Length && level.Length > 1)
                proof.Add(level[sibling]);
            at >>= 1;
        }
        return ((ulong)position, proof);
    }

    private void Update()
    {
        if (_order.Length != _records.Count)
            Rebuild();
        else
        {
            foreach (var trail in _changed)
                Replace(Array.BinarySearch(_order, trail), _records[trail].Leaf());
        }
        _changed.Clear();
    }

    private void Rebuild()
    {
        _order = [.. _records.Keys];
        _levels = [];
        for (byte[][] level = [.. _records.Values.Select(record => record.Leaf())]; ; level = Above(level))
        {
            _levels.Add(level);
            if (level.Length == 1)
                return;
        }
    }

    private static byte[][] Above(byte[][] level)
    {
        var above = new byte[(level.Length + 1) / 2][];
        for (var i = 0; i < above.Length; i++)
            above[i] = Parent(level, i);
        return above;
    }

    private void Replace(int at, byte[] leaf)
    {
        _levels[0][at] = leaf;
        for (var height = 1; height < _levels.Count; height++)
        {
            at >>= 1;
            _levels[height][at] = Parent(_levels[height - 1], at);
        }
    }

    private static byte[] Parent(byte[][] below, int at) =>
        (2 * at) + 1 < below.Length ? Merkle.HashNode(below[2 * at], below[(2 * at) + 1]) : below[2 * at];
}
