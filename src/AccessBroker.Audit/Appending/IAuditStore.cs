using System.Data.Common;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// The append path's SQL for one database. Synchronous on purpose: the one committer thread calls it, and a thread that
/// waits in a commit is not kept waiting for the pool under load.
/// </summary>
public interface IAuditStore
{
    /// <summary>A transaction on the committer's own connection.</summary>
    IAuditTransaction Begin();

    /// <summary>The same steps on a use case's transaction; it commits, not this.</summary>
    IAuditTransaction Join(DbTransaction transaction);

    /// <summary>After a commit whose answer was lost: did exactly these headers become durable there?</summary>
    bool WasCommitted(long firstIndex, ReadOnlySpan<byte> headers);

    /// <summary>The database server's clock. Null where the database is a file, which has this node's own.</summary>
    Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that a commit means "on disk".</summary>
    /// <exception cref="InvalidOperationException">The database acknowledges commits before they are durable; the message says which setting to change.</exception>
    Task RequireDurabilityAsync(CancellationToken cancellationToken);
}

/// <summary>One append: lock and read, then write, then commit. Disposing without a commit rolls back.</summary>
public interface IAuditTransaction : IDisposable
{
    /// <summary>Locks the head by its first UPDATE, reserves <paramref name="count"/> indices, and reads what an append needs.</summary>
    /// <param name="trails">Trails to read; null reads all of them, for a heads entry.</param>
    LockedHead Lock(int count, int node, IReadOnlyCollection<Hash32>? trails);

    /// <summary>Another node's boot under the head lock, so after <see cref="Lock"/>. It cannot move on before this transaction ends.</summary>
    int ReadBoot(int node);

    /// <summary>Inserts the bundle and moves head and trails on.</summary>
    void Write(Bundle bundle, byte[] frontier, long time, IReadOnlyCollection<TrailHead> changedTrails);

    void Commit();
}

/// <param name="Size">Entries before this append: the first reserved index.</param>
/// <param name="Frontier">The tree's compact range at <paramref name="Size"/>.</param>
/// <param name="Time">Time of the last entry, microseconds.</param>
/// <param name="Boot">The node's current boot as the database knows it; another number means that this process was reaped.</param>
/// <param name="Trails">Those asked for that exist.</param>
public sealed record LockedHead(long Size, byte[] Frontier, long Time, int Boot, IReadOnlyDictionary<Hash32, TrailHead> Trails);

/// <param name="Count">Entries in the trail; its next seq.</param>
/// <param name="Head">Leaf hash of its last header.</param>
/// <param name="IsNew">The trail has no row yet.</param>
public sealed record TrailHead(Hash32 Trail, long Count, Hash32 Head, bool IsNew = false);

/// <summary>The entries of one commit: one row.</summary>
/// <param name="Headers">Count × 160 bytes.</param>
/// <param name="Bodies">Length-prefixed sealed bodies; see <see cref="SealedBodies"/>.</param>
public sealed record Bundle(long FirstIndex, int Count, byte[] Headers, byte[] Bodies);
