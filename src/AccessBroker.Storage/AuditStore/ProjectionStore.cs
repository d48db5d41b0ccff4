using System.Data.Common;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Replaces rows of the projection, under the account that may delete them.</summary>
/// <param name="contexts">Where <c>Storage:ErasureConnectionString</c> is set, of that account.</param>
internal sealed class ProjectionStore(IDbContextFactory<BrokerDbContext> contexts) : IProjectionStore
{
    public async Task RequireRightAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AuditEvents.Where(e => e.Idx < 0).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<bool> ReplaceAsync(IReadOnlyList<AuditEvent> events, IReadOnlyList<Bundle> bundles, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!await StillThereAsync(context, bundles, cancellationToken))
            return false;

        var (first, last) = (events[0].Index, events[^1].Index);
        List<long> gone = [.. bundles.SelectMany(StoredEntry.In).Where(e => e.SealedBody.IsEmpty).Select(e => e.Index)];
        var kept = gone.Count == 0 ? [] : await context.AuditEvents.Where(e => gone.Contains(e.Idx)).Select(e => e.Idx).ToListAsync(cancellationToken);
        await context.AuditEvents.Where(e => e.Idx >= first && e.Idx <= last && !kept.Contains(e.Idx)).ExecuteDeleteAsync(cancellationToken);
        if (kept.Count > 0)
            await context.AuditEvents.Where(e => kept.Contains(e.Idx)).BlankAsync(cancellationToken);
        try
        {
            var there = kept.ToHashSet();
            await AuditRecords.InsertAsync(context, [.. events.Where(e => !there.Contains(e.Index)).Select(AuditRecords.ToRow)], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            return false; // a projector wrote some of them in the same moment
        }
    }

    /// <summary>
    /// An erasure changes the bundle first and its rows after. Where it was faster, its bundle shows; where it comes later, it must find the
    /// rows of this transaction, and so waits for the bundle until they are committed. SQLite has one writer, and SQL Server's reads wait.
    /// </summary>
    private static async Task<bool> StillThereAsync(BrokerDbContext context, IReadOnlyList<Bundle> bundles, CancellationToken cancellationToken)
    {
        var (first, last) = (bundles[0].FirstIndex, bundles[^1].FirstIndex);
        if (context.Database.IsNpgsql())
            await context.Database.ExecuteSqlAsync($"SELECT first_idx FROM audit_bundle WHERE first_idx BETWEEN {first} AND {last} FOR SHARE", cancellationToken);
        var now = await context.AuditBundles.Where(b => b.FirstIdx >= first && b.FirstIdx <= last).OrderBy(b => b.FirstIdx).Select(b => b.Bodies).ToListAsync(cancellationToken);
        return now.Count == bundles.Count && now.Zip(bundles).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.Bodies));
    }
}
