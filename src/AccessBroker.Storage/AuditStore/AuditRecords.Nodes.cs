using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Node numbers and boots: who may append, and whose intents a reaper may close.</summary>
internal sealed partial class AuditRecords
{
    /// <summary>What <see cref="AuditNodeRow.FirstIdx"/> says of a number that left nothing to reap: it is looked at again only after its next start.</summary>
    private const long NothingOpen = long.MaxValue;

    public async Task<HeldBoot> ClaimNodeAsync(int? preferred, TimeSpan lease, CancellationToken cancellationToken)
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
                    return new HeldBoot(new NodeBoot(number, 1), size, size);
                }
                catch (DbUpdateException e) when (e.IsUniqueViolation() && attempt < 20)
                {
                    continue; // another start took the number
                }
            }
            if (await TakeAsync(context, new NodeBoot(number, row.Boot), lease, cancellationToken) is { } taking)
                return taking;
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
    public async Task<IReadOnlyList<NodeBoot>> ExpiredBootsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        var size = await context.AuditHead.Select(h => h.Size).SingleAsync(cancellationToken);
        return await context.AuditNodes.AsNoTracking().Where(n => n.AliveUntil <= now && n.FirstIdx < size)
            .Select(n => new NodeBoot(n.Node, n.Boot)).ToListAsync(cancellationToken);
    }

    public async Task<HeldBoot?> FenceAsync(NodeBoot expired, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await TakeAsync(context, expired, lease, cancellationToken);
    }

    public async Task MarkReapedAsync(NodeBoot held, long? index, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var from = index ?? NothingOpen;
        await context.AuditNodes.Where(n => n.Node == held.Node && n.Boot == held.Boot)
            .ExecuteUpdateAsync(s => s.SetProperty(n => n.FirstIdx, from), cancellationToken);
    }

    /// <summary>Moves an expired boot on and holds the next one. Null: it lives, or another process was faster.</summary>
    private async Task<HeldBoot?> TakeAsync(BrokerDbContext context, NodeBoot expired, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // The head lock first: an append under the expired boot has either committed by now, or will see the new number.
        await context.AuditHead.ExecuteUpdateAsync(s => s.SetProperty(h => h.Size, h => h.Size), cancellationToken);
        var size = await context.AuditHead.Select(h => h.Size).SingleAsync(cancellationToken);
        var now = Now;
        var next = new NodeBoot(expired.Node, expired.Boot + 1);
        var moved = await context.AuditNodes.Where(n => n.Node == expired.Node && n.Boot == expired.Boot && n.AliveUntil <= now)
            .ExecuteUpdateAsync(
                s => s.SetProperty(n => n.Boot, next.Boot).SetProperty(n => n.AliveUntil, now + Micros(lease))
                    .SetProperty(n => n.FirstIdx, n => n.FirstIdx == NothingOpen ? size : n.FirstIdx),
                cancellationToken);
        if (moved == 0)
            return null;
        var from = await context.AuditNodes.Where(n => n.Node == next.Node).Select(n => n.FirstIdx).SingleAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new HeldBoot(next, from, size);
    }

    private long Now => Microseconds.From(time.GetUtcNow());

    private static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
