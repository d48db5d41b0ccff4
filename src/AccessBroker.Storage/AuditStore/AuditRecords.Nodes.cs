using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Node numbers and boots: who may append, and whose intents a reaper may close.</summary>
internal sealed partial class AuditRecords
{
    public async Task<ClaimedNode> ClaimNodeAsync(int? preferred, TimeSpan lease, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var now = Now;
            var nodes = await context.AuditNodes.AsNoTracking().ToListAsync(cancellationToken);
            var taken = nodes.Where(n => n.AliveUntil > now).Select(n => n.Node).ToHashSet();
            if (preferred is { } wanted && taken.Contains(wanted))
                throw new InvalidOperationException($"Log:Node {wanted} is in use by a running node. Give this one another number, or leave Log:Node out.");
            var number = preferred ?? Enumerable.Range(1, taken.Count + 1).First(n => !taken.Contains(n));
            var row = nodes.SingleOrDefault(n => n.Node == number);
            if (row is null)
            {
                var size = await context.AuditHead.Select(h => h.Size).SingleAsync(cancellationToken);
                context.AuditNodes.Add(new AuditNodeRow { Node = number, Boot = 1, AliveUntil = now + Micros(lease), FirstIdx = size });
                try
                {
                    await context.SaveChangesAsync(cancellationToken);
                    return new ClaimedNode(new NodeBoot(number, 1), size);
                }
                catch (DbUpdateException e) when (e.IsUniqueViolation() && attempt < 20)
                {
                    continue; // another start took the number
                }
            }
            var claimed = await context.AuditNodes
                .Where(n => n.Node == number && n.Boot == row.Boot && n.AliveUntil <= now)
                .ExecuteUpdateAsync(s => s.SetProperty(n => n.Boot, row.Boot + 1).SetProperty(n => n.AliveUntil, now + Micros(lease)), cancellationToken);
            if (claimed == 1)
                return new ClaimedNode(new NodeBoot(number, row.Boot + 1), row.FirstIdx);
            if (attempt >= 20)
                throw new InvalidOperationException("No node number could be claimed: too many nodes start at once. Start this one again.");
        }
    }

    public async Task<bool> RenewNodeAsync(NodeBoot node, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var until = Now + Micros(lease);
        return await context.AuditNodes.Where(n => n.Node == node.Node && n.Boot == node.Boot)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.AliveUntil, until), cancellationToken) == 1;
    }

    public async Task ReleaseNodeAsync(NodeBoot node, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        await context.AuditNodes.Where(n => n.Node == node.Node && n.Boot == node.Boot)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.AliveUntil, now), cancellationToken);
    }

    /// <summary>Includes the earlier boots of numbers that run again: their rows keep the index from which nothing was reaped yet.</summary>
    public async Task<IReadOnlyList<ExpiredBoot>> ExpiredBootsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        var size = await context.AuditHead.Select(h => h.Size).SingleAsync(cancellationToken);
        var rows = await context.AuditNodes.AsNoTracking().Where(n => n.AliveUntil <= now && n.FirstIdx < size).ToListAsync(cancellationToken);
        return [.. rows.Select(n => new ExpiredBoot(n.Node, n.Boot, n.FirstIdx))];
    }

    public async Task<bool> FenceAsync(ExpiredBoot boot, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // The head lock first: an append of the expired boot has either committed by now, or will see the new number.
        await context.AuditHead.ExecuteUpdateAsync(s => s.SetProperty(h => h.Size, h => h.Size), cancellationToken);
        var now = Now;
        var fenced = await context.AuditNodes.Where(n => n.Node == boot.Node && n.Boot == boot.Boot && n.AliveUntil <= now)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.Boot, boot.Boot + 1), cancellationToken) == 1;
        await transaction.CommitAsync(cancellationToken);
        return fenced;
    }

    public async Task MarkReapedAsync(int node, int boot, long index, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AuditNodes.Where(n => n.Node == node && n.Boot == boot)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.FirstIdx, index), cancellationToken);
    }

    private long Now => Microseconds.From(time.GetUtcNow());

    private static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
