using AccessBroker.Access;
using AccessBroker.Audit;

namespace AccessBroker.Grants;

/// <summary>A live session of the person who asks.</summary>
internal sealed class OwnSession(LiveSessions sessions)
{
    /// <returns>404 where it is not the actor's; 409 where it or its grant is over; 403 <c>not-in-log</c>; 503 <c>audit-unavailable</c>.</returns>
    public async Task<Outcome<LiveSession>> FindAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            var live = await sessions.FindAsync(id, cancellationToken);
            if (live.Session.Id != id || live.Session.PersonId != actor.PersonId)
                return Refusals.NotFound("session");
            return live.Reason == DenyReason.None ? live : Refusals.GrantNotUsable(live.Reason, live.Grant);
        }
        catch (AuditUnavailableException)
        {
            return Refusals.AuditUnavailable;
        }
    }
}
