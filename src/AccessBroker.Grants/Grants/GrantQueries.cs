using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Grants that a person holds or may see.</summary>
public sealed class GrantQueries
{
    private readonly BrokerDbContext _context;
    private readonly GrantViews _views;
    private readonly TimeProvider _time;

    internal GrantQueries(BrokerDbContext context, GrantViews views, TimeProvider time) => (_context, _views, _time) = (context, views, time);

    /// <summary>Newest first; parameters as in <see cref="RequestQueries.ListAsync"/>.</summary>
    /// <param name="state">scheduled, active, expired, revoked, cancelled; null for all.</param>
    public async Task<Outcome<Page<GrantView>>> ListAsync(
        Actor actor, string? state, string? tenant, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!Paging.TryReadCursor(after, out var before))
            return Paging.BadCursor;
        var query = _context.Grants.AsNoTracking().Where(new Visibility(actor).Grants).Where(g => g.EntryIndex < before);
        if (tenant is not null)
            query = query.Where(g => g.Tenant == tenant);
        if (state is not null)
        {
            if (!Paging.TryReadState<GrantState>(state, out var wanted))
                return Paging.BadState<GrantState>(state);
            var now = _time.Now();
            query = wanted switch
            {
                GrantState.Scheduled => query.Where(g => g.EndedAs == null && g.NotBefore > now),
                GrantState.Active => query.Where(g => g.EndedAs == null && g.NotBefore <= now && g.NotAfter > now),
                GrantState.Expired => query.Where(g => g.EndedAs == null && g.NotAfter <= now),
                _ => query.Where(g => g.EndedAs == wanted),
            };
        }
        var rows = await query.OrderByDescending(g => g.EntryIndex).Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        return new Page<GrantView>(
            await _views.ManyAsync(_context, page, cancellationToken),
            rows.Count > limit ? page[^1].EntryIndex.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <returns>404 for what does not exist and for what is another customer's.</returns>
    public async Task<Outcome<GrantView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await _context.Grants.AsNoTracking().Where(new Visibility(actor).Grants).SingleOrDefaultAsync(g => g.Id == id, cancellationToken) is { } grant
            ? await _views.OneAsync(_context, grant, cancellationToken)
            : Refusals.NotFound("grant");
}
