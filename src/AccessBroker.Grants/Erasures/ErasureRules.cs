using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// Who may agree that something is forgotten: two people, one of them the customer's own (AUDIT-LOG.md, Keys). The vendor's own trail
/// has no customer: there an administrator and either the person concerned or a second administrator agree, on one person at a time.
/// </summary>
internal sealed class ErasureRules(IOptions<AuditOptions> log)
{
    /// <summary>Null where the actor may propose or decide an erasure on this customer's trail.</summary>
    public static Refusal? Check(Actor actor, string tenant) =>
        MayTakePart(actor, tenant) ? null
        : actor.MayAudit(tenant) ? new Refusal(403, "may-not-erase", "You cannot have this erased",
            $"An approver or administrator of {tenant}, or the broker's administrator, proposes erasing.", "Ask one of them.")
        : Refusals.NotFound("customer");

    /// <summary>Null where the actor may propose this.</summary>
    public static Refusal? Check(Actor actor, ProposeErasure proposal) =>
        proposal.Tenant != Names.System ? Check(actor, proposal.Tenant)
        : proposal.Person == actor.PersonId || MayTakePart(actor, Names.System) ? null
        : new Refusal(403, "may-not-erase", "You cannot have this erased", "An administrator, or the person themselves, proposes to forget one of the vendor's staff.", "Ask one of them.");

    public static bool MayTakePart(Actor actor, string tenant) => IsCustomers(actor, tenant) || actor.Is(Role.Administrator);

    public static bool IsCustomers(Actor actor, string tenant) => actor.Is(Role.Approver, tenant) || actor.Is(Role.CustomerAdministrator, tenant);

    public Refusal? Held(string tenant) => log.Value.LegalHold.Contains(tenant)
        ? new Refusal(409, "legal-hold", "A legal hold stops this", $"Nothing of {tenant} may be erased while a legal hold is on it.", "Ask the broker's administrator when the hold ends.")
        : null;
}
