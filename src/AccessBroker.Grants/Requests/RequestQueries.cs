using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Requests that a person made or may see.</summary>
public sealed class RequestQueries
{
    private readonly BrokerDbContext _context;
    private readonly RequestViews _views;
    private readonly TimeProvider _time;

    internal RequestQueries(BrokerDbContext context, RequestViews views, TimeProvider time) =>
        (_context, _views, _time) = (context, views, time);

    /// <summary>Newest first.</summary>
    /// <param name="state">pending, approved, denied, cancelled, expired; null for all.</param>
    /// <param name="tenant">One customer, or null.</param>
    /// <param name="after">The last page's <see cref="Page{T}.Next"/>.</param>
    /// <param name="limit">Most items in the page.</param>
    public async Task<Outcome<Page<RequestView>>> ListAsync(
        Actor actor, string? state, string? tenant, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!Paging.TryReadCursor(after, out var before))
            return Paging.BadCursor;
        var query = _context.Requests.AsNoTracking().Where(new Visibility(actor).Requests).Where(r => r.EntryIndex < before);
        if (tenant is not null)
            query = query.Where(r => r.Tenant == tenant);
        if (state is not null)
        {
            if (!Paging.TryReadState<RequestState>(state, out var wanted))
                return Paging.BadState<RequestState>(state);
            var now = _time.Now();
            query = wanted switch
            {
                RequestState.Pending => query.Where(r => r.State == RequestState.Pending && r.ExpiresAt > now),
                RequestState.Expired => query.Where(r => r.State == RequestState.Expired || (r.State == RequestState.Pending && r.ExpiresAt <= now)),
                _ => query.Where(r => r.State == wanted),
            };
        }
        var rows = await query.OrderByDescending(r => r.EntryIndex).Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        return new Page<RequestView>(
            await _views.ManyAsync(_context, page, cancellationToken),
            rows.Count > limit ? page[^1].EntryIndex.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <returns>404 for what does not exist and for what is another customer's.</returns>
    public async Task<Outcome<RequestView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await _context.Requests.AsNoTracking().Where(new Visibility(actor).Requests).SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } request
            ? await _views.OneAsync(_context, request, cancellationToken)
            : Refusals.NotFound("request");
}
