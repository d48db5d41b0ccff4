using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>
/// One of the vendor's staff is forgotten when they have left: no role, no waiting request, no live grant or session. Whoever ever held a
/// role for a customer is that customer's to forget.
/// </summary>
internal sealed class StaffLeaving(BrokerDbContext context, TimeProvider time)
{
    /// <returns>Null where nothing is open; 404 for whoever is not the vendor's, 409 <c>still-has-access</c> with what to end first.</returns>
    public async Task<Refusal?> RefusalAsync(Guid person, CancellationToken cancellationToken)
    {
        // Whoever signs in before a role is given belongs to nobody yet: the roles that were ever held say whose person it is.
        var roles = context.RoleAssignments.Where(a => a.PersonId == person);
        if (!await roles.AnyAsync(a => a.Tenant == null, cancellationToken) || await roles.AnyAsync(a => a.Tenant != null, cancellationToken))
            return Refusals.NotFound("person");
        var now = time.GetUtcNow();
        if (await context.RoleAssignments.AnyAsync(a => a.PersonId == person && a.RemovedAt == null, cancellationToken))
            return StillHas("a role", "Take them out of Identity:Assignments, restart the broker, and propose it again.");
        if (await context.Requests.AnyAsync(r => r.RequesterId == person && r.State == RequestState.Pending, cancellationToken))
            return StillHas("a request that waits", "Withdraw it, or wait until it expires.");
        if (await context.Grants.AnyAsync(g => g.HolderId == person && g.EndedAt == null && g.NotAfter > now, cancellationToken)
            || await context.Sessions.AnyAsync(s => s.PersonId == person && s.EndedAt == null, cancellationToken))
            return StillHas("live access", "End it, or wait until it expires.");
        return null;
    }

    private static Refusal StillHas(string what, string next) =>
        new(409, "still-has-access", "This person still works here", $"They have {what}, and the log must be able to say whose it is.", next);
}
