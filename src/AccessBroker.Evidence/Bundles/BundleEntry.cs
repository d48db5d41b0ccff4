namespace AccessBroker.Evidence;

/// <summary>Whether a bundle holds an entry's body.</summary>
public enum BodyState
{
    /// <summary>The exact bytes.</summary>
    Present,

    /// <summary>Erased (class 7) or pruned (class 6): <c>null</c>.</summary>
    Erased,

    /// <summary>Left out by the export's filter: <c>"withheld"</c>. Never for classes 4–7.</summary>
    Withheld,
}

/// <summary>One entry on its way into a bundle. The memory is only read during <see cref="BundleWriter.Add"/>.</summary>
/// <param name="Index">Index in the log; stated in convenience files, not provable from a bundle.</param>
/// <param name="Header">160 bytes.</param>
/// <param name="State">Whether body and salt are given.</param>
/// <param name="Salt">32 bytes, or empty.</param>
/// <param name="Body">The exact body bytes, or empty.</param>
public readonly record struct BundleEntry(
    ulong Index, ReadOnlyMemory<byte> Header, BodyState State, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Body)
{
    /// <summary>An entry with its body.</summary>
    public static BundleEntry With(ulong index, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> body) =>
        new(index, header, BodyState.Present, salt, body);

    /// <summary>An entry whose body was erased or pruned.</summary>
    public static BundleEntry Erased(ulong index, ReadOnlyMemory<byte> header) => new(index, header, BodyState.Erased, default, default);

    /// <summary>An entry that the export's filter left out.</summary>
    public static BundleEntry Withheld(ulong index, ReadOnlyMemory<byte> header) => new(index, header, BodyState.Withheld, default, default);
}
