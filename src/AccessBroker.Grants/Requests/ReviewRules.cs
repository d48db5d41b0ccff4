using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Who may answer a request, and whether it can still be answered. Approvers are looked up now, never frozen.</summary>
internal sealed class ReviewRules(PeopleRegister people, PendingEndings endings, TimeProvider time)
{
    /// <summary>Null where the actor may answer this version of the request now.</summary>
    public async Task<Refusal?> CheckAsync(BrokerDbContext context, Actor actor, AccessRequest? request, int version, CancellationToken cancellationToken)
    {
        if (request is null)
            return Refusals.NotFound("request");
        if (request.RequesterId == actor.PersonId)
            return new Refusal(403, "own-request", "Nobody answers their own request",
                "You asked for this yourself.", $"Wait for an approver of {request.Tenant}.");
        if (!actor.Is(Role.Approver, request.Tenant))
            return actor.MayAudit(request.Tenant)
                ? new Refusal(403, "not-an-approver", "Only the customer's approvers answer",
                    $"You are not an approver of {request.Tenant}.", "Ask one of its approvers.")
                : Refusals.NotFound("request");
        endings.Find<DenialEnding>(request.Id)?.ShowOn(request);
        return await DecidedAsync(context, request, cancellationToken)
            ?? (request.Version == version ? null : Refusals.ChangedMeanwhile);
    }

    /// <summary>Null while the request waits; otherwise what became of it, when, and by whom.</summary>
    public async Task<Refusal?> DecidedAsync(BrokerDbContext context, AccessRequest request, CancellationToken cancellationToken)
    {
        var state = RequestViews.StateAt(request, time.Now());
        if (state == RequestState.Pending)
            return null;
        if (state == RequestState.Expired)
            return new Refusal(409, "request-expired", "This request expired",
                $"Nobody answered this request until {Refusals.Clock(request.ExpiresAt)}.", "If access is still needed, the engineer asks again.");
        var name = await people.NamesAsync(context, [request.DecidedBy ?? Guid.Empty], cancellationToken);
        var who = request.DecidedBy is { } by ? name(by).Name : "Somebody";
        var verb = state switch { RequestState.Approved => "approved", RequestState.Denied => "denied", _ => "cancelled" };
        return new Refusal(409, "already-decided", "This request was decided before",
            $"{who} {verb} this at {Refusals.Clock(request.DecidedAt ?? request.CreatedAt)}.",
            state == RequestState.Approved ? $"See what was granted: /api/v1/grants/{request.GrantId}" : "Nothing is left to do.");
    }
}
