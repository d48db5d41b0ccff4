using System.Globalization;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Which key-encryption keys each running node has, as the nodes say in the database while there is more than one.</summary>
internal sealed class NodeKeys(KeyRing ring, IRunningNode node, IDbContextFactory<BrokerDbContext> contexts, TimeProvider time)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Says what this node has, once.</summary>
    public async Task SayAsync(CancellationToken cancellationToken)
    {
        ring.Reload();
        if (node.Boot is not { } boot || ring.Keys.Count < 2)
            return;
        foreach (var key in ring.Keys)
        {
            var name = SettingOf(boot.Node, boot.Boot, key.Name);
            if (!_said.Contains(name) && await InsertAsync(name, cancellationToken))
                _said.Add(name);
        }
    }

    /// <returns>Numbers of the nodes that run and have not said that they have the key.</returns>
    public async Task<IReadOnlyList<int>> WithoutAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var running = await Running(context).ToListAsync(cancellationToken);
        var names = running.ToDictionary(n => SettingOf(n.Node, n.Boot, key), n => n.Node);
        var said = await context.Settings.AsNoTracking().Where(s => names.Keys.Contains(s.Name)).Select(s => s.Name).ToListAsync(cancellationToken);
        return [.. names.Where(n => !said.Contains(n.Key)).Select(n => n.Value).Order()];
    }

    /// <summary>Whether any node runs.</summary>
    public async Task<bool> AnyRunningAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Running(context).AnyAsync(cancellationToken);
    }

    private IQueryable<AuditNodeRow> Running(BrokerDbContext context)
    {
        var now = Microseconds.From(time.GetUtcNow());
        return context.AuditNodes.AsNoTracking().Where(n => n.AliveUntil > now);
    }

    private async Task<bool> InsertAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Settings.Add(new SettingRow { Name = name, Value = "has" });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // said already
        }
        return true;
    }

    private static string SettingOf(int number, int boot, string key) => string.Create(CultureInfo.InvariantCulture, $"key-ring/{number}/{boot}/{key}");
}
