using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>The customer ends access. Never needs a second factor, works while the audit log is down.</summary>
public sealed class RevokeGrant
{
    private readonly GrantStopper _stopper;
    private readonly BrokerDbContext _context;

    internal RevokeGrant(GrantStopper stopper, BrokerDbContext context) => (_stopper, _context) = (stopper, context);

    /// <returns>What was cut; 404; 403 <c>not-an-approver</c>; 409 <c>grant-expired</c>. Revoking twice answers the first end.</returns>
    public async Task<Outcome<GrantEnded>> RunAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var grant = await _context.Grants.AsNoTracking().Where(new Visibility(actor).Grants).SingleOrDefaultAsync(g => g.Id == id, cancellationToken);
        if (grant is null)
            return Refusals.NotFound("grant");
        if (!actor.Is(Role.Approver, grant.Tenant) && !actor.Is(Role.CustomerAdministrator, grant.Tenant))
            return new Refusal(403, "not-an-approver", "Only the customer revokes", $"You are not an approver of {grant.Tenant}.",
                grant.HolderId == actor.PersonId ? "Give the access back with cancel." : "Ask one of its approvers.");
        return await _stopper.StopAsync(grant, GrantState.Revoked, actor);
    }
}
