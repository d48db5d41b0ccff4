using System.Data.Common;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>Prepares entries on the caller's thread and hands them to the committer, or appends on the caller's transaction.</summary>
internal sealed class AuditLog(
    Committer committer, IAuditStore store, ILogKeys keys, IDataKeys dataKeys, NodeIdentity node, TimeProvider time, IOptions<AuditOptions> options) : IAuditLog
{
    public void OpenTrail(string tenant)
    {
        keys.TrailOf(tenant);
        dataKeys.For(DataKeyOwners.Tenant(tenant));
    }

    public ValueTask<AppendedEntry> AppendAsync(EntryDraft draft, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        var limit = (long)(options.Value.AppendLimit.TotalSeconds * time.TimestampFrequency);
        var append = new PendingAppend(draft, Prepare(draft), started, started + limit);
        if (!committer.Queue.TryAdd(append))
            append.Refuse("Too many entries wait for the audit log, so nothing was done.");
        // Not cancellable from here on: a caller that goes away must not leave an intent whose fate nobody knows.
        return new ValueTask<AppendedEntry>(append.Task);
    }

    public Task<IReadOnlyList<AppendedEntry>> AppendAsync(DbTransaction transaction, IReadOnlyList<EntryDraft> drafts, CancellationToken cancellationToken = default)
    {
        PreparedEntry[] entries = [.. drafts.Select(Prepare)];
        var boot = node.Current;
        using var append = store.Join(transaction);
        LockedHead head;
        try
        {
            head = append.Lock(entries.Length, boot.Node, [.. entries.Select(e => e.Trail).Distinct()]);
        }
        catch (DbException e)
        {
            throw new AuditUnavailableException("The audit log could not be locked in time, so nothing was done.", e);
        }
        if (head.Boot != boot.Boot)
            throw new AuditUnavailableException("This node was declared dead by another one and may not write.", new NodeReapedException(boot));
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        var batch = BatchBuilder.Build(head, entries, keys, now, boot);
        append.Write(batch.Bundle, batch.Frontier.ToBytes(), batch.Time, batch.Trails);
        return Task.FromResult(batch.Appended);
    }

    public ValueTask EnqueueAsync(EntryDraft draft, CancellationToken cancellationToken = default) =>
        committer.Queue.AddPastAsync(new PendingAppend(draft, Prepare(draft), time.GetTimestamp(), long.MaxValue), cancellationToken);

    private PreparedEntry Prepare(EntryDraft draft) => PreparedEntry.From(draft, keys, dataKeys);
}
