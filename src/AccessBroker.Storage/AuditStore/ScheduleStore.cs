using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Schedules' runs and leases through EF: each change is one statement that names its holder.</summary>
internal sealed class ScheduleStore(IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) : IScheduleStore
{
    public async Task<IReadOnlyDictionary<string, ScheduleState>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var rows = await context.AuditSchedules.AsNoTracking().ToListAsync(cancellationToken);
        return rows.ToDictionary(
            r => r.Name,
            r => new ScheduleState(r.DoneUntil, r.RanAt, r.File, r.Error, r.FailedAt, r.Failures, r.RetryAt, r.HeldUntil > now),
            StringComparer.Ordinal);
    }

    public async Task AddAsync(string schedule, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.AuditSchedules.AnyAsync(s => s.Name == schedule, cancellationToken))
            return;
        var now = time.GetUtcNow();
        context.AuditSchedules.Add(new AuditScheduleRow { Name = schedule, DoneUntil = now, RetryAt = now, HeldUntil = now });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // another node was faster
        }
    }

    public async Task<bool> TakeAsync(string schedule, Guid holder, DateTimeOffset done, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var until = now + lease;
        return await context.AuditSchedules.Where(s => s.Name == schedule && s.DoneUntil == done && s.HeldUntil <= now && s.RetryAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Holder, holder).SetProperty(s => s.HeldUntil, until), cancellationToken) == 1;
    }

    public async Task<bool> KeepAsync(string schedule, Guid holder, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var until = time.GetUtcNow() + lease;
        return await context.AuditSchedules.Where(s => s.Name == schedule && s.Holder == holder)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.HeldUntil, until), cancellationToken) == 1;
    }

    public async Task<bool> DoneAsync(string schedule, Guid holder, DateTimeOffset planned, string file, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await context.AuditSchedules.Where(s => s.Name == schedule && s.Holder == holder && s.DoneUntil < planned).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.DoneUntil, planned).SetProperty(s => s.RanAt, now).SetProperty(s => s.File, file).SetProperty(s => s.Error, (string?)null)
                .SetProperty(s => s.FailedAt, (DateTimeOffset?)null).SetProperty(s => s.Failures, 0).SetProperty(s => s.RetryAt, now).SetProperty(s => s.HeldUntil, now),
            cancellationToken) == 1;
    }

    public async Task FailedAsync(string schedule, Guid holder, string error, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (retry, text) = (now + pause, error.Length <= AuditScheduleRow.MaxError ? error : error[..AuditScheduleRow.MaxError]);
        await context.AuditSchedules.Where(s => s.Name == schedule && s.Holder == holder).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.Error, text).SetProperty(s => s.FailedAt, now).SetProperty(s => s.Failures, s => s.Failures + 1)
                .SetProperty(s => s.RetryAt, retry).SetProperty(s => s.HeldUntil, now),
            cancellationToken);
    }

    public async Task ReleaseAsync(string schedule, Guid holder, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.AuditSchedules.Where(s => s.Name == schedule && s.Holder == holder).ExecuteUpdateAsync(set => set.SetProperty(s => s.HeldUntil, now), cancellationToken);
    }
}
