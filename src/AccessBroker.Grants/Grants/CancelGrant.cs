using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>The holder gives access back before its end.</summary>
public sealed class CancelGrant
{
    private readonly GrantStopper _stopper;
    private readonly BrokerDbContext _context;

    internal CancelGrant(GrantStopper stopper, BrokerDbContext context) => (_stopper, _context) = (stopper, context);

    /// <returns>What was cut; 404 where the grant is not the actor's; 409 <c>grant-expired</c>.</returns>
    public async Task<Outcome<GrantEnded>> RunAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await _context.Grants.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id && g.HolderId == actor.PersonId, cancellationToken) is { } grant
            ? await _stopper.StopAsync(grant, GrantState.Cancelled, actor)
            : Refusals.NotFound("grant");
}
