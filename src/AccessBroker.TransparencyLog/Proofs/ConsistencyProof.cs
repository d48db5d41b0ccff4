namespace AccessBroker.TransparencyLog;

/// <summary>Proof that a tree is a continuation of a smaller one: nothing was changed, dropped or reordered (RFC 9162 §2.1.4).</summary>
public static class ConsistencyProof
{
    /// <summary>The proof from the first <paramref name="size1"/> to the first <paramref name="size2"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt; size1 ≤ size2: everything continues the empty tree, so that proves nothing.</exception>
    public static IReadOnlyList<byte[]> Create(ulong size1, ulong size2, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size1);
        return SubtreeConsistencyProof.Create(0, size1, size2, source);
    }

    /// <summary>Whether the proof connects the two roots (RFC 9162 §2.1.4.2). From size 0 is false, as is malformed input.</summary>
    public static bool Verify(ulong size1, ulong size2, ReadOnlySpan<byte> root1, ReadOnlySpan<byte> root2, IReadOnlyList<byte[]> proof) =>
        size1 != 0 && SubtreeConsistencyProof.Verify(0, size1, size2, root1, root2, proof);
}
