using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>An engineer takes back what nobody has answered.</summary>
public sealed class CancelRequest
{
    private readonly ReviewRules _rules;
    private readonly RecordedChange _changes;
    private readonly RequestViews _views;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal CancelRequest(ReviewRules rules, RecordedChange changes, RequestViews views, BrokerDbContext context, TimeProvider time) =>
        (_rules, _changes, _views, _context, _time) = (rules, changes, views, context, time);

    /// <returns>The request as cancelled; 404 where it is not the actor's; 409 <c>already-decided</c>, <c>request-expired</c>; 503 <c>audit-unavailable</c>.</returns>
    public async Task<Outcome<RequestView>> RunAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var cancelled = await _changes.RunAsync<AccessRequest>(async (context, append, token) =>
        {
            var request = await context.Requests.SingleOrDefaultAsync(r => r.Id == id && r.RequesterId == actor.PersonId, token);
            if (request is null)
                return Refusals.NotFound("request");
            if (await _rules.DecidedAsync(context, request, token) is { } decided)
                return decided;
            (request.State, request.DecidedAt, request.DecidedBy) = (RequestState.Cancelled, _time.Now(), actor.PersonId);
            request.Version++;
            await append(RequestEntries.Cancelled(actor, request, _time.NewId()));
            return request;
        }, cancellationToken);
        return cancelled.Succeeded ? await _views.OneAsync(_context, cancelled.Value, cancellationToken) : cancelled.Refusal;
    }
}
