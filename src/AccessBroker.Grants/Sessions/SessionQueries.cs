using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Sessions that a person started or may see.</summary>
public sealed class SessionQueries
{
    private readonly BrokerDbContext _context;
    private readonly GrantViews _views;

    internal SessionQueries(BrokerDbContext context, GrantViews views) => (_context, _views) = (context, views);

    /// <returns>404 for what does not exist and for what is another customer's.</returns>
    public async Task<Outcome<SessionView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await _context.Sessions.AsNoTracking().Where(new Visibility(actor).Sessions).SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is { } session
            ? _views.Session(session)
            : Refusals.NotFound("session");
}
