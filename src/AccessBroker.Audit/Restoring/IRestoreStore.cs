namespace AccessBroker.Audit;

/// <summary>Which entries renamed the log after a restore. The rows only point: what counts is the entry.</summary>
public interface IRestoreStore
{
    /// <returns>Index of the class 5 entry and the new origin, oldest first.</returns>
    Task<IReadOnlyList<(long Index, string Origin)>> ListAsync(CancellationToken cancellationToken);

    Task AddAsync(long index, string origin, CancellationToken cancellationToken);

    /// <summary>Whether a node holds a lease: while one runs, nothing can be declared.</summary>
    Task<bool> AnyNodeRunsAsync(CancellationToken cancellationToken);
}
