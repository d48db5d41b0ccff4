using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Erasing through EF, under the account that may change bodies.</summary>
/// <param name="contexts">Where <c>Storage:ErasureConnectionString</c> is set, of that account.</param>
internal sealed class ErasureStore(IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) : IErasureStore
{
    private const string AppliedTo = "erasures/applied-to";
    private const string ErasedText = "(erased)";
    private const int ScrubAttempts = 20;
    private static readonly TimeSpan ScrubPause = TimeSpan.FromMilliseconds(100);

    public async Task RequireRightAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AuditBundles.Where(b => b.FirstIdx < 0).ExecuteUpdateAsync(set => set.SetProperty(b => b.Bodies, b => b.Bodies), cancellationToken);
    }

    public Task<long> AppliedToAsync(CancellationToken cancellationToken) => ReadAsync(AppliedTo, cancellationToken);

    public Task MarkAppliedAsync(long index, CancellationToken cancellationToken) => WriteAsync(AppliedTo, index, cancellationToken);

    public Task<long> RetainedFromAsync(string tenant, CancellationToken cancellationToken) => ReadAsync("retention/" + tenant, cancellationToken);

    public Task MarkRetainedAsync(string tenant, long index, CancellationToken cancellationToken) => WriteAsync("retention/" + tenant, index, cancellationToken);

    public Task<long> ReplayedAsync(string journal, CancellationToken cancellationToken) => ReadAsync("erasures/journal/" + journal, cancellationToken);

    public Task MarkReplayedAsync(string journal, long lines, CancellationToken cancellationToken) => WriteAsync("erasures/journal/" + journal, lines, cancellationToken);

    public async Task<IReadOnlySet<long>> NeededAsync(string tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var holders = CustomerOf(tenant);
        var roles = context.RoleAssignments.Where(a => a.Tenant == holders && a.RemovedAt == null).Select(a => a.EntryIndex);
        var requests = context.Requests.Where(r => r.Tenant == tenant && r.State == RequestState.Pending).Select(r => r.EntryIndex);
        var grants = context.Grants.Where(g => g.Tenant == tenant && g.EndedAt == null && g.NotAfter > now).Select(g => g.EntryIndex);
        var sessions = context.Sessions.Where(s => s.Tenant == tenant && s.EndedAt == null).Select(s => s.EntryIndex);
        // Who agreed to forget is not forgotten.
        var erasures = context.Erasures.Where(e => e.Tenant == tenant).Select(e => e.EntryIndex);
        var decisions = context.Erasures.Where(e => e.Tenant == tenant && e.DecisionIndex != null).Select(e => e.DecisionIndex!.Value);
        return (await roles.Concat(requests).Concat(grants).Concat(sessions).Concat(erasures).Concat(decisions).ToListAsync(cancellationToken)).ToHashSet();
    }

    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.Select(t => t.Id).ToListAsync(cancellationToken);
    }

    public async Task<bool> ReplaceBodiesAsync(Bundle before, byte[] bodies, IReadOnlyList<long> erased, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (context.Database.IsSqlite())
            await context.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=ON", cancellationToken); // what is replaced is overwritten with zeros
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var replaced = await context.AuditBundles
            .Where(b => b.FirstIdx == before.FirstIndex && b.Bodies == before.Bodies)
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Bodies, bodies), cancellationToken);
        if (replaced == 0)
            return false;
        await BlankAsync(context, erased, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    public async Task ForgetPersonAsync(Guid person, string tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await BelongsToAsync(context, person, CustomerOf(tenant), cancellationToken))
            return;
        if (context.Database.IsSqlite())
            await context.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=ON", cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var owner = DataKeyOwners.Person(person);
        await context.DataKeys.Where(k => k.Owner == owner).ExecuteUpdateAsync(set => set.SetProperty(k => k.Wrapped, (byte[]?)null), cancellationToken);
        // Who still has a role has to be known again at the next sign-in; of anybody else nothing is left to be known by.
        await context.People.Where(p => p.Id == person && !context.RoleAssignments.Any(a => a.PersonId == person && a.RemovedAt == null))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Subject, "erased:" + person).SetProperty(p => p.Profile, (byte[]?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Whoever signed in before a role was given belongs to nobody by their row: then all roles ever held must be this one's.</summary>
    private static async Task<bool> BelongsToAsync(BrokerDbContext context, Guid person, string? organisation, CancellationToken cancellationToken)
    {
        var roles = context.RoleAssignments.Where(a => a.PersonId == person);
        if (await roles.AnyAsync(cancellationToken))
            return !await roles.AnyAsync(a => a.Tenant != organisation, cancellationToken);
        return organisation is not null && await context.People.AnyAsync(p => p.Id == person && p.Tenant == organisation, cancellationToken);
    }

    /// <summary>The vendor's staff and their roles belong to no customer; their entries stand on <c>_system</c>.</summary>
    private static string? CustomerOf(string tenant) => tenant == Names.System ? null : tenant;

    public async Task ScrubAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!context.Database.IsSqlite())
            return; // the server's own vacuum does it; see ops/docs/operations.md
        // What was replaced stands in the write-ahead log until that is cut back, which needs a moment without readers.
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        for (var attempt = 0; attempt < ScrubAttempts; attempt++)
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is 0L)
                return;
            await Task.Delay(ScrubPause, time, cancellationToken);
        }
    }

    /// <summary>Who, when, which operation on what survives (AUDIT-LOG.md, Keys); what people wrote or were does not.</summary>
    private static async Task BlankAsync(BrokerDbContext context, IReadOnlyList<long> erased, CancellationToken cancellationToken)
    {
        await context.AuditEvents.Where(e => erased.Contains(e.Idx)).BlankAsync(cancellationToken);
        await context.Requests.Where(r => erased.Contains(r.EntryIndex)).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Reason, ErasedText).SetProperty(r => r.Ticket, (string?)null), cancellationToken);
        await context.Reviews.Where(r => erased.Contains(r.EntryIndex)).ExecuteUpdateAsync(set => set.SetProperty(r => r.Reason, (string?)null), cancellationToken);
    }

    private async Task<long> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var value = await context.Settings.Where(s => s.Name == name).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);
        return value is null ? 0 : long.Parse(value, CultureInfo.InvariantCulture);
    }

    private async Task WriteAsync(string name, long index, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var value = index.ToString(CultureInfo.InvariantCulture);
        if (await context.Settings.Where(s => s.Name == name).ExecuteUpdateAsync(set => set.SetProperty(s => s.Value, value), cancellationToken) > 0)
            return;
        context.Settings.Add(new SettingRow { Name = name, Value = value });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // another node came as far as this at the same moment, and both are right
        }
    }
}
