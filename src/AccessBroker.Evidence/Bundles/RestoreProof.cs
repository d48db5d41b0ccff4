namespace AccessBroker.Evidence;

/// <summary>A class 5 entry that states a restore from backup (AUDIT-LOG.md, Signing), proved to stand under the checkpoint.</summary>
/// <param name="Index">Its index in the log.</param>
/// <param name="Header">Its 160-byte header.</param>
/// <param name="Body">Its exact body, as <see cref="RestoreBody"/> writes it.</param>
/// <param name="Salt">Its salt, 32 bytes.</param>
/// <param name="Proof">Inclusion proof of its leaf in the checkpoint's tree.</param>
public sealed record RestoreProof(ulong Index, ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Salt, IReadOnlyList<byte[]> Proof);
