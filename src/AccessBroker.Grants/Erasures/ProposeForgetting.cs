using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>
/// Somebody of the customer, or the broker's administrator, proposes to forget bodies of the customer's trail; or an administrator, or
/// the person themselves, to forget one of the vendor's staff.
/// </summary>
public sealed class ProposeForgetting
{
    private readonly ErasureRules _rules;
    private readonly StaffLeaving _staff;
    private readonly RecordedChange _changes;
    private readonly ErasureViews _views;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal ProposeForgetting(ErasureRules rules, StaffLeaving staff, RecordedChange changes, ErasureViews views, BrokerDbContext context, TimeProvider time) =>
        (_rules, _staff, _changes, _views, _context, _time) = (rules, staff, changes, views, context, time);

    /// <returns>The order, proposed; 403 <c>may-not-erase</c>; 404; 409 <c>legal-hold</c>, <c>still-has-access</c>, <c>already-proposed</c>; 422 <c>invalid</c>; 503 <c>audit-unavailable</c>.</returns>
    public async Task<Outcome<ErasureView>> RunAsync(Actor actor, ProposeErasure proposal, CancellationToken cancellationToken)
    {
        if (ErasureRules.Check(actor, proposal) is { } refusal)
            return refusal;
        if (proposal.Tenant != Names.System && !await _context.Tenants.AnyAsync(t => t.Id == proposal.Tenant, cancellationToken))
            return Refusals.NotFound("customer");
        var (authority, reason) = (PeopleText.Tidy(proposal.Authority), PeopleText.Tidy(proposal.Reason));
        if (Faults(proposal, authority, reason) is { Count: > 0 } faults)
            return Refusals.Invalid(faults);
        if (_rules.Held(proposal.Tenant) is { } held)
            return held;
        if (proposal is { Tenant: Names.System, Person: { } person } && await _staff.RefusalAsync(person, cancellationToken) is { } here)
            return here;
        var what = ErasureChoice.Of(proposal);
        if (await _context.Erasures.AnyAsync(e => e.Tenant == proposal.Tenant && e.What == what && e.State == ErasureState.Proposed, cancellationToken))
            return new Refusal(409, "already-proposed", "This was proposed before", "The same erasure waits for somebody to confirm it.", "accessbroker erasure list shows it.");
        var proposed = await _changes.RunAsync<ErasureOrder>(async (context, append, _) =>
        {
            var order = new ErasureOrder
            {
                Id = _time.NewId(), Tenant = proposal.Tenant, What = what, Authority = authority, Reason = reason,
                State = ErasureState.Proposed, ProposedBy = actor.PersonId, ProposedAt = _time.Now(), Version = 1, EntryId = _time.NewId(), EntryIndex = -1,
            };
            context.Erasures.Add(order);
            order.EntryIndex = (await append(ErasureOrderEntries.Proposed(order)))[0].Index;
            return order;
        }, cancellationToken);
        return proposed.Succeeded ? await _views.OneAsync(_context, proposed.Value, cancellationToken) : proposed.Refusal;
    }

    private static Dictionary<string, string[]> Faults(ProposeErasure proposal, string authority, string reason)
    {
        var faults = new Dictionary<string, string[]>();
        if (PeopleText.Fault(authority, "The authority", 5, 200, lines: false) is { } badAuthority)
            faults["authority"] = [badAuthority];
        if (PeopleText.Fault(reason, "The reason", 10, LifecycleOptions.MaxReason) is { } badReason)
            faults["reason"] = [badReason];
        if (ErasureChoice.Fault(proposal) is { } badChoice)
            faults["entries"] = [badChoice];
        return faults;
    }
}
