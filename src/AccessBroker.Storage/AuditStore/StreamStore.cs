using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Streams' places and leases through EF: each change is one statement that names its holder.</summary>
internal sealed class StreamStore(IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) : IStreamStore
{
    public async Task<StreamPlace?> TakeAsync(string stream, Guid holder, TimeSpan lease, long begin, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var until = now + lease;
        if (await context.AuditStreams.Where(s => s.Name == stream && (s.Holder == holder || s.HeldUntil <= now)).ExecuteUpdateAsync(
                set => set.SetProperty(s => s.Holder, holder).SetProperty(s => s.HeldUntil, until), cancellationToken) == 0)
        {
            if (await context.AuditStreams.AnyAsync(s => s.Name == stream, cancellationToken))
                return null;
            context.AuditStreams.Add(new AuditStreamRow { Name = stream, NextIdx = begin, EndIdx = begin, Holder = holder, HeldUntil = until });
            try
            {
                await context.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException e) when (e.IsUniqueViolation())
            {
                return null; // another node began it
            }
        }
        var row = await context.AuditStreams.AsNoTracking().SingleAsync(s => s.Name == stream, cancellationToken);
        return row.Holder == holder ? new StreamPlace(row.NextIdx, row.EndIdx, row.Fingerprint) : null;
    }

    public async Task<bool> AnnounceAsync(string stream, Guid holder, long next, long end, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AuditStreams.Where(s => s.Name == stream && s.Holder == holder && s.NextIdx == next)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndIdx, end), cancellationToken) == 1;
    }

    public async Task<bool> AdvanceAsync(string stream, Guid holder, long next, long end, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AuditStreams.Where(s => s.Name == stream && s.Holder == holder && s.NextIdx == next)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.NextIdx, end).SetProperty(s => s.EndIdx, end), cancellationToken) == 1;
    }

    public async Task RecordedAsync(string stream, Guid holder, string fingerprint, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AuditStreams.Where(s => s.Name == stream && s.Holder == holder).ExecuteUpdateAsync(set => set.SetProperty(s => s.Fingerprint, fingerprint), cancellationToken);
    }

    public async Task ReleaseAsync(string stream, Guid holder, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.AuditStreams.Where(s => s.Name == stream && s.Holder == holder).ExecuteUpdateAsync(set => set.SetProperty(s => s.HeldUntil, now), cancellationToken);
    }
}
