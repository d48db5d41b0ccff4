using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>A customer's approver refuses. Works while the audit log is down: refusing protects the customer.</summary>
public sealed class DenyAccess
{
    private readonly ReviewRules _rules;
    private readonly RequestViews _views;
    private readonly ConsentDrafting _drafting;
    private readonly PendingEndings _endings;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal DenyAccess(ReviewRules rules, RequestViews views, ConsentDrafting drafting, PendingEndings endings, BrokerDbContext context, TimeProvider time) =>
        (_rules, _views, _drafting, _endings, _context, _time) = (rules, views, drafting, endings, context, time);

    /// <returns>The request as denied; 404; 403 <c>own-request</c>, <c>not-an-approver</c>; 409 <c>already-decided</c>,
    /// <c>request-expired</c>, <c>changed-meanwhile</c>; 422 <c>invalid</c>.</returns>
    public async Task<Outcome<RequestView>> RunAsync(Actor actor, Guid id, DenyRequest answer, CancellationToken cancellationToken)
    {
        var reason = PeopleText.Tidy(answer.Reason);
        if (PeopleText.Fault(reason, "The reason", 0, LifecycleOptions.MaxReason) is { } fault)
            return Refusals.Invalid(new Dictionary<string, string[]> { ["reason"] = [fault] });
        var request = await ReadAsync(id, cancellationToken);
        if (await _rules.CheckAsync(_context, actor, request, answer.Version, cancellationToken) is { } refusal)
            return refusal;
        var shown = _drafting.AsAsked(await _views.OneAsync(_context, request!, cancellationToken));
        await _endings.RecordAsync(new DenialEnding(id, actor, reason.Length == 0 ? null : reason, shown, _time.Now(), _time));

        var now = (await ReadAsync(id, cancellationToken))!;
        var view = await _views.OneAsync(_context, now, cancellationToken);
        if (now.State == RequestState.Denied && now.DecidedBy == actor.PersonId)
            return view;
        // Somebody else was faster; what they decided stands.
        return await _rules.DecidedAsync(_context, now, cancellationToken) ?? Refusals.ChangedMeanwhile;
    }

    private Task<AccessRequest?> ReadAsync(Guid id, CancellationToken cancellationToken) =>
        _context.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
}
