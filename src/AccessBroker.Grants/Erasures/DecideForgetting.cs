using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>A second person agrees to an erasure, or refuses it. What was agreed is carried out behind.</summary>
public sealed class DecideForgetting
{
    private readonly ErasureRules _rules;
    private readonly StaffLeaving _staff;
    private readonly ActorResolver _people;
    private readonly RecordedChange _changes;
    private readonly ErasureViews _views;
    private readonly ErasureRunner _runner;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal DecideForgetting(
        ErasureRules rules, StaffLeaving staff, ActorResolver people, RecordedChange changes, ErasureViews views, ErasureRunner runner, BrokerDbContext context, TimeProvider time) =>
        (_rules, _staff, _people, _changes, _views, _runner, _context, _time) = (rules, staff, people, changes, views, runner, context, time);

    /// <returns>The order, confirmed or rejected; 403 <c>may-not-erase</c>, <c>own-erasure</c>, <c>customer-must-agree</c>; 404;
    /// 409 <c>already-decided</c>, <c>legal-hold</c>, <c>still-has-access</c>; 503 <c>audit-unavailable</c>.</returns>
    public async Task<Outcome<ErasureView>> RunAsync(Actor actor, Guid id, bool confirm, CancellationToken cancellationToken)
    {
        var order = await _context.Erasures.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
        if (order is null)
            return Refusals.NotFound("erasure");
        if (order.ProposedBy != actor.PersonId && ErasureRules.Check(actor, order.Tenant) is { } refusal)
            return refusal.Status == 404 ? Refusals.NotFound("erasure") : refusal;
        if (confirm && await ConfirmRefusalAsync(actor, order, cancellationToken) is { } refused)
            return refused;
        var decided = await _changes.RunAsync<ErasureOrder>(async (context, append, token) =>
        {
            var now = await context.Erasures.SingleAsync(e => e.Id == id, token);
            if (now.State != ErasureState.Proposed)
                return AlreadyDecided(now);
            (now.State, now.DecidedBy, now.DecidedAt) = (confirm ? ErasureState.Confirmed : ErasureState.Rejected, actor.PersonId, _time.Now());
            (now.DecisionId, now.Version) = (_time.NewId(), now.Version + 1);
            now.DecisionIndex = (await append(ErasureOrderEntries.Decided(now)))[0].Index;
            return now;
        }, cancellationToken);
        if (!decided.Succeeded)
            return decided.Refusal;
        _runner.Wake();
        return await _views.OneAsync(_context, decided.Value, cancellationToken);
    }

    private async Task<Refusal?> ConfirmRefusalAsync(Actor actor, ErasureOrder order, CancellationToken cancellationToken)
    {
        if (order.ProposedBy == actor.PersonId)
            return new Refusal(403, "own-erasure", "Nobody confirms their own erasure", "You proposed this yourself.",
                order.Tenant == Names.System ? "Ask another administrator." : $"Ask another person: one of you two must be {order.Tenant}'s.");
        if (order.Tenant == Names.System)
            return _rules.Held(order.Tenant) ?? await StaffRefusalAsync(order, cancellationToken);
        if (!ErasureRules.IsCustomers(actor, order.Tenant) && !await IsCustomersAsync(order.ProposedBy, order.Tenant, cancellationToken))
            return new Refusal(403, "customer-must-agree", "The customer must agree", $"Neither you nor who proposed this is an approver or administrator of {order.Tenant}.", $"Ask one of {order.Tenant}'s approvers to confirm it.");
        return _rules.Held(order.Tenant);
    }

    private async Task<Refusal?> StaffRefusalAsync(ErasureOrder order, CancellationToken cancellationToken)
    {
        var person = ErasureChoice.PersonOf(order.What) ?? Guid.Empty;
        return order.ProposedBy == person || await NowAsync(order.ProposedBy, cancellationToken) is { } proposer && proposer.Is(Role.Administrator)
            ? await _staff.RefusalAsync(person, cancellationToken)
            : new Refusal(403, "proposer-left", "Whoever proposed this is no administrator any more", "Two people agree who may, and one of them may no longer.", "Reject it, and have an administrator propose it again.");
    }

    private async Task<bool> IsCustomersAsync(Guid person, string tenant, CancellationToken cancellationToken) =>
        await NowAsync(person, cancellationToken) is { } actor && ErasureRules.IsCustomers(actor, tenant);

    /// <summary>With the roles held now, proved by the log.</summary>
    private async Task<Actor?> NowAsync(Guid person, CancellationToken cancellationToken) =>
        await _context.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == person, cancellationToken) is { } row ? await _people.ResolveAsync(row, "", cancellationToken) : null;

    private static Refusal AlreadyDecided(ErasureOrder order) => new(
        409, "already-decided", "This erasure was decided before",
        $"It was {(order.State == ErasureState.Rejected ? "rejected" : "confirmed")} at {Refusals.Clock(order.DecidedAt ?? order.ProposedAt)}.", "Nothing is left to do.");
}
