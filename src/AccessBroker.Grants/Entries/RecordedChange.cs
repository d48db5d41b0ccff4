using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// A change of rows and its log entries, in one transaction: both are there or neither. Lock order is domain rows,
/// audit_head, audit_trail (AUDIT-LOG.md, Storage), so a change saves its rows, then appends, then fills in the indices.
/// </summary>
internal sealed partial class RecordedChange(
    IDbContextFactory<BrokerDbContext> contexts, IAuditLog log, IOptions<AuditOptions> options, ILogger<RecordedChange> logger)
{
    private const int Attempts = 4;

    /// <summary>Appends the drafts after saving the rows. Call it once, last.</summary>
    public delegate Task<IReadOnlyList<AppendedEntry>> Append(params IReadOnlyList<EntryDraft> drafts);

    /// <summary>What to change: checks, changes the tracked rows, appends, notes the entries' indices in the rows.</summary>
    public delegate Task<Outcome<T>> Change<T>(BrokerDbContext context, Append append, CancellationToken cancellationToken)
        where T : class;

    /// <summary>
    /// Runs the change within the limit. Where another change was faster (a concurrency token or unique index says so) it
    /// runs again from its checks, which then see what the other did.
    /// </summary>
    /// <returns>The change's own outcome, or 503 <c>audit-unavailable</c> with nothing done.</returns>
    public async Task<Outcome<T>> RunAsync<T>(Change<T> change, CancellationToken cancellationToken)
        where T : class
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var commit = new CommitGate();
        // On a thread of its own: SQLite's waits are synchronous, and would hold the caller beyond the limit.
        var work = Task.Run(() => WriteAsync(change, commit, abandon.Token), CancellationToken.None);
        try
        {
            // For the whole change: waiting for a connection, for locks, for the log. Real time, because what it limits is a disk or a network.
            return await work.WaitAsync(options.Value.AppendLimit, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !work.IsCompleted)
        {
            if (!commit.TryClose())
                return await work; // it is being committed: what happens is decided there
            await abandon.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return Refusals.AuditUnavailable;
        }
        catch (Exception e) when (e.IsStorageUnavailable())
        {
            LogUnavailable(e);
            return Refusals.AuditUnavailable;
        }
    }

    /// <summary>The same without a limit, for endings that must be written however long it takes.</summary>
    /// <exception cref="Exception">Whatever stood in the way; see <see cref="StorageFaults"/>.</exception>
    public Task<Outcome<T>> RunPatientlyAsync<T>(Change<T> change, CancellationToken cancellationToken)
        where T : class =>
        Task.Run(() => WriteAsync(change, new CommitGate(), cancellationToken), cancellationToken);

    private async Task<Outcome<T>> WriteAsync<T>(Change<T> change, CommitGate commit, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                return await WriteOnceAsync(change, commit, cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
            }
            catch (DbUpdateException e) when (e.IsUniqueViolation())
            {
            }
        }
        return Refusals.ChangedMeanwhile;
    }

    private async Task<Outcome<T>> WriteOnceAsync<T>(Change<T> change, CommitGate commit, CancellationToken cancellationToken)
        where T : class
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var outcome = await change(context, async drafts =>
        {
            await context.SaveChangesAsync(cancellationToken);
            return await log.AppendAsync(transaction.GetDbTransaction(), drafts, cancellationToken);
        }, cancellationToken);
        if (!outcome.Succeeded)
            return outcome; // disposing rolls back
        await context.SaveChangesAsync(cancellationToken);
        if (!commit.TryClose())
            throw new OperationCanceledException("Given up before the commit.");
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }

    [LoggerMessage(3001, LogLevel.Warning, "A change could not be recorded, so it was not made.")]
    private partial void LogUnavailable(Exception exception);

    /// <summary>Closed once: by the writer, who then commits, or by the caller who gave up, and then nobody commits.</summary>
    private sealed class CommitGate
    {
        private int _closed;

        public bool TryClose() => Interlocked.Exchange(ref _closed, 1) == 0;
    }
}
