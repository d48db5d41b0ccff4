namespace AccessBroker.Audit;

/// <summary>What erasing needs of the database. In production it may be another account's right than the broker's own (ops/sql).</summary>
public interface IErasureStore
{
    /// <summary>Makes sure that bodies can be taken out, before an entry says that they were: each new attempt would say so again.</summary>
    /// <exception cref="System.Data.Common.DbException">The account may not change bodies.</exception>
    Task RequireRightAsync(CancellationToken cancellationToken);

    /// <summary>Every erase and prune entry before this index has been carried out.</summary>
    Task<long> AppliedToAsync(CancellationToken cancellationToken);

    Task MarkAppliedAsync(long index, CancellationToken cancellationToken);

    /// <summary>Index from which this customer's retention has not been looked at yet.</summary>
    Task<long> RetainedFromAsync(string tenant, CancellationToken cancellationToken);

    Task MarkRetainedAsync(string tenant, long index, CancellationToken cancellationToken);

    /// <summary>Lines of an erasure journal that this database has carried out. Goes back with the database when a backup is restored.</summary>
    Task<long> ReplayedAsync(string journal, CancellationToken cancellationToken);

    Task MarkReplayedAsync(string journal, long lines, CancellationToken cancellationToken);

    /// <summary>Entries that rows are still held against: roles held, requests open, grants and sessions alive, erasures agreed. Their bodies must stay.</summary>
    Task<IReadOnlySet<long>> NeededAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Customers that this deployment ever had.</summary>
    Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken);

    /// <summary>In one transaction: puts the bundle's new bodies in place, and takes people's words out of every row that shows these entries.</summary>
    /// <param name="before">As it was read.</param>
    /// <param name="erased">Log indices whose bodies are gone from <paramref name="bodies"/>.</param>
    /// <returns>False where somebody else changed the bodies meanwhile: read again.</returns>
    Task<bool> ReplaceBodiesAsync(Bundle before, byte[] bodies, IReadOnlyList<long> erased, CancellationToken cancellationToken);

    /// <summary>
    /// Destroys every data key of a person who is this customer's (on <c>_system</c>: the vendor's), of all generations, so that their name
    /// cannot be read any more, and their subject where no role is held. One who is not keeps theirs: one customer's wish does not make
    /// the vendor's engineer nameless for the others.
    /// </summary>
    Task ForgetPersonAsync(Guid person, string tenant, CancellationToken cancellationToken);

    /// <summary>Overwrites what was freed, as far as the database lets us.</summary>
    Task ScrubAsync(CancellationToken cancellationToken);
}
