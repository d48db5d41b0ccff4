using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>Everything of the log's tables but the append path: reading bundles, checkpoints, tiles, nodes.</summary>
public interface IAuditRecords
{
    /// <summary>Committed size and frontier.</summary>
    Task<(long Size, byte[] Frontier)> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>Bundles in order, beginning with the one that holds <paramref name="fromIndex"/>.</summary>
    /// <param name="withBodies">False leaves <see cref="Bundle.Bodies"/> empty and reads a tenth of the bytes.</param>
    IAsyncEnumerable<Bundle> ReadBundlesAsync(long fromIndex, bool withBodies, CancellationToken cancellationToken);

    Task<IReadOnlyList<TrailHead>> ReadTrailsAsync(CancellationToken cancellationToken);

    Task<StoredCheckpoint?> LatestCheckpointAsync(CancellationToken cancellationToken);

    /// <returns>Null where none of this size was signed.</returns>
    Task<StoredCheckpoint?> CheckpointAsync(long size, CancellationToken cancellationToken);

    /// <summary>Stores a signed checkpoint; one of the same size that another node stored first is kept.</summary>
    Task StoreCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Verified cosignature lines of the checkpoint of this size, each with its newline; empty where there is none.</summary>
    Task<string> CosignaturesAsync(long size, CancellationToken cancellationToken);

    /// <summary>Keeps a verified cosignature; one under the same key name that is there already stays.</summary>
    Task AddCosignatureAsync(long size, NoteSignature cosignature, CancellationToken cancellationToken);

    Task StoreTilesAsync(IReadOnlyList<StoredTile> tiles, CancellationToken cancellationToken);

    byte[]? ReadTile(int level, long n);

    /// <summary>
    /// Takes a node number for this process and gives it a new boot number, under the head lock, so that whoever reaps the
    /// number's earlier boots has either committed by now or can append no more.
    /// </summary>
    /// <param name="preferred">Null: the lowest whose boot expired or that was never used.</param>
    /// <exception cref="InvalidOperationException">The preferred number is in use by a running node.</exception>
    Task<HeldBoot> ClaimNodeAsync(int? preferred, TimeSpan lease, CancellationToken cancellationToken);

    /// <returns>False where the boot was reaped: this process may append no more.</returns>
    Task<bool> RenewNodeAsync(NodeBoot node, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Ends the lease at once: at shutdown, or when a reaper is done.</summary>
    Task ReleaseNodeAsync(NodeBoot node, CancellationToken cancellationToken);

    /// <summary>Boots that expired and may have left intents without an outcome.</summary>
    Task<IReadOnlyList<NodeBoot>> ExpiredBootsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves an expired node to the next boot number, which the caller then holds to reap the earlier ones. Under the head lock, so
    /// that the expired boot can append no more. Null: it lives, or another node was faster.
    /// </summary>
    Task<HeldBoot?> FenceAsync(NodeBoot expired, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>States that no unreaped intent of earlier boots stands before <paramref name="index"/>; null: none stands anywhere.</summary>
    Task MarkReapedAsync(NodeBoot held, long? index, CancellationToken cancellationToken);

    /// <summary>Index after the last projected entry.</summary>
    Task<long> ProjectedToAsync(CancellationToken cancellationToken);

    /// <summary>Adds rows; those that are there already, because another node was faster, stay.</summary>
    /// <param name="events">By index, ascending.</param>
    Task StoreEventsAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>Newest first, however long it takes.</summary>
    Task<IReadOnlyList<AuditEvent>> SearchAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>The same for somebody who waits: what could be found in the time, and how far back that was.</summary>
    /// <param name="budget">About how long. One step is always taken, so that each page gets further.</param>
    Task<AuditPage> SearchAsync(AuditQuery query, TimeSpan budget, CancellationToken cancellationToken);
}

/// <param name="Note">The signed note.</param>
/// <param name="Cosignatures">Verified signature lines of witnesses, each with its newline.</param>
public sealed record StoredCheckpoint(long Size, byte[] Root, string Note, DateTimeOffset CreatedAt, string Cosignatures = "")
{
    /// <summary>The note as it is served and exported.</summary>
    public string CosignedNote => Note + Cosignatures;
}

/// <param name="Hashes">256 hashes: only full tiles are stored.</param>
public sealed record StoredTile(int Level, long N, byte[] Hashes);

/// <summary>Which node this is and which start of it.</summary>
public sealed record NodeBoot(int Node, int Boot);

/// <summary>A boot number taken under the head lock, by a start or to reap. Only entries in [From, To) can be unreaped intents of the number's earlier boots.</summary>
/// <param name="From">No unreaped intent of an earlier boot stands before it.</param>
/// <param name="To">Size of the log when it was taken.</param>
public sealed record HeldBoot(NodeBoot Boot, long From, long To);
