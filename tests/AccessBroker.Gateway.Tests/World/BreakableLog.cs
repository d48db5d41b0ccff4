using System.Data.Common;
using AccessBroker.Audit;

namespace AccessBroker.Gateway.Tests;

/// <summary>The real log, but for the moments in which a test breaks it.</summary>
internal sealed class BreakableLog(IAuditLog inner) : IAuditLog
{
    private Func<EntryDraft, bool>? _broken;

    /// <summary>Refuses the drafts that the test names until the result is disposed.</summary>
    public IDisposable Break(Func<EntryDraft, bool> drafts)
    {
        _broken = drafts;
        return new Repair(this);
    }

    public void OpenTrail(string tenant) => inner.OpenTrail(tenant);

    public ValueTask<AppendedEntry> AppendAsync(EntryDraft draft, CancellationToken cancellationToken = default) =>
        _broken?.Invoke(draft) == true ? throw new AuditUnavailableException("Broken by the test.") : inner.AppendAsync(draft, cancellationToken);

    public Task<IReadOnlyList<AppendedEntry>> AppendAsync(DbTransaction transaction, IReadOnlyList<EntryDraft> drafts, CancellationToken cancellationToken = default) =>
        inner.AppendAsync(transaction, drafts, cancellationToken);

    public ValueTask EnqueueAsync(EntryDraft draft, CancellationToken cancellationToken = default) => inner.EnqueueAsync(draft, cancellationToken);

    private sealed class Repair(BreakableLog log) : IDisposable
    {
        public void Dispose() => log._broken = null;
    }
}
