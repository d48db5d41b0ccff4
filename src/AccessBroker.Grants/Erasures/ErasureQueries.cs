using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Erasures of the customers whose trails a person may see, newest first.</summary>
public sealed class ErasureQueries
{
    private const int Most = 200;
    private readonly ErasureViews _views;
    private readonly BrokerDbContext _context;

    internal ErasureQueries(ErasureViews views, BrokerDbContext context) => (_views, _context) = (views, context);

    public async Task<IReadOnlyList<ErasureView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var everybodys = actor.Is(Role.VendorAuditor) || actor.Is(Role.Administrator);
        var tenants = actor.Roles.Select(r => r.Tenant).OfType<string>().ToList();
        var orders = await _context.Erasures.AsNoTracking().Where(e => everybodys || tenants.Contains(e.Tenant) || e.ProposedBy == actor.PersonId)
            .OrderByDescending(e => e.EntryIndex).Take(Most).ToListAsync(cancellationToken);
        return await _views.ManyAsync(_context, [.. orders.Where(o => MaySee(actor, o))], cancellationToken);
    }

    public async Task<Outcome<ErasureView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await _context.Erasures.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } order && MaySee(actor, order)
            ? await _views.OneAsync(_context, order, cancellationToken)
            : Refusals.NotFound("erasure");

    private static bool MaySee(Actor actor, ErasureOrder order) =>
        actor.MayAudit(order.Tenant) || ErasureRules.MayTakePart(actor, order.Tenant) || order.ProposedBy == actor.PersonId;
}
