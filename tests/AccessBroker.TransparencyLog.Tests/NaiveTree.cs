using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog.Tests;

/// <summary>RFC 6962 §2.1 and the subtree draft written down as they define things: recursively, slowly. The yardstick of the properties.</summary>
internal static class NaiveTree
{
    private static readonly Dictionary<(int, int), byte[]> Known = [];

    /// <summary>Hashes of the leaves 0 … 4999, whose data is their number.</summary>
    public static readonly IReadOnlyList<byte[]> Leaves =
        [.. Enumerable.Range(0, 5000).Select(i => SHA256.HashData([0, .. BitConverter.GetBytes(i)]))];

    /// <summary>MTH(D[start:end]).</summary>
    public static byte[] Root(int start, int end)
    {
        if (start == end)
            return SHA256.HashData([]);
        if (end - start == 1)
            return Leaves[start];
        lock (Known)
        {
            if (Known.TryGetValue((start, end), out var known))
                return known;
            var k = start + Half(end - start);
            return Known[(start, end)] = SHA256.HashData([1, .. Root(start, k), .. Root(k, end)]);
        }
    }

    /// <summary>PATH(m, D[start:end]), RFC 6962 §2.1.1; m counts from start.</summary>
    public static List<byte[]> Path(int m, int start, int end)
    {
        if (end - start == 1)
            return [];
        var k = Half(end - start);
        return m < k
            ? [.. Path(m, start, start + k), Root(start + k, end)]
            : [.. Path(m - k, start + k, end), Root(start, start + k)];
    }

    /// <summary>PROOF(m, D[n]), RFC 6962 §2.1.2.</summary>
    public static List<byte[]> Proof(int m, int n) => SubProof(m, 0, n, true);

    private static List<byte[]> SubProof(int m, int start, int end, bool b)
    {
        var n = end - start;
        if (m == n)
            return b ? [] : [Root(start, end)];
        var k = Half(n);
        return m <= k
            ? [.. SubProof(m, start, start + k, b), Root(start + k, end)]
            : [.. SubProof(m - k, start + k, end, false), Root(start, start + k)];
    }

    /// <summary>The largest power of two smaller than n.</summary>
    private static int Half(int n)
    {
        var k = 1;
        while (2 * k < n)
            k *= 2;
        return k;
    }
}
