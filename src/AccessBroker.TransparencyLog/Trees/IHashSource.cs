namespace AccessBroker.TransparencyLog;

/// <summary>Where the hashes of a tree come from when a proof is made.</summary>
public interface IHashSource
{
    /// <summary>
    /// Writes the 32-byte hash of the complete subtree (<paramref name="level"/>, <paramref name="index"/>), which covers
    /// the 2^level leaves from index·2^level on. Level 0 is the leaf hashes.
    /// </summary>
    /// <remarks>MUST throw when the tree does not hold the whole subtree; MUST NOT return a guess.</remarks>
    void Read(int level, ulong index, Span<byte> destination);
}
