using System.Globalization;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Restores as settings that are only ever added, which is all that the broker's account may do.</summary>
internal sealed class RestoreStore(IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) : IRestoreStore
{
    private const string Prefix = "log/restored/";

    public async Task<IReadOnlyList<(long Index, string Origin)>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Settings.AsNoTracking().Where(s => s.Name.StartsWith(Prefix)).ToListAsync(cancellationToken);
        return [.. rows.Select(r => (Index: long.Parse(r.Name.AsSpan(Prefix.Length), CultureInfo.InvariantCulture), r.Value)).OrderBy(r => r.Index)];
    }

    public async Task AddAsync(long index, string origin, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Settings.Add(new SettingRow { Name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index}"), Value = origin });
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<bool> AnyNodeRunsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Microseconds.From(time.GetUtcNow());
        return await context.AuditNodes.AnyAsync(n => n.AliveUntil > now, cancellationToken);
    }
}
