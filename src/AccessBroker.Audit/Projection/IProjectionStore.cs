namespace AccessBroker.Audit;

/// <summary>Replacing rows of the projection. In production it is the eraser's right and not the broker's own (ops/sql).</summary>
public interface IProjectionStore
{
    /// <exception cref="System.Data.Common.DbException">The account may not delete rows.</exception>
    Task RequireRightAsync(CancellationToken cancellationToken);

    /// <summary>
    /// In one transaction: puts these rows in the place of those of the same range. The row of an entry whose body is gone stays, since
    /// nothing can make it again, and loses people's words if it still has any.
    /// </summary>
    /// <param name="events">What <paramref name="bundles"/> say, all of it, by index.</param>
    /// <param name="bundles">As they were read, with bodies.</param>
    /// <returns>False where bodies went away since, or a projector wrote the same rows: nothing was changed, read again.</returns>
    Task<bool> ReplaceAsync(IReadOnlyList<AuditEvent> events, IReadOnlyList<Bundle> bundles, CancellationToken cancellationToken);
}
