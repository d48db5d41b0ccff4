using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>An engineer ends their session; the grant stays.</summary>
public sealed class EndSession
{
    private readonly SessionConnections _connections;
    private readonly PendingEndings _endings;
    private readonly GrantViews _views;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal EndSession(SessionConnections connections, PendingEndings endings, GrantViews views, BrokerDbContext context, TimeProvider time) =>
        (_connections, _endings, _views, _context, _time) = (connections, endings, views, context, time);

    /// <returns>The session as ended; 404 where it is not the actor's. Ending twice answers the first end.</returns>
    public async Task<Outcome<SessionView>> RunAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var session = await _context.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.PersonId == actor.PersonId, cancellationToken);
        if (session is null)
            return Refusals.NotFound("session");
        if (session.EndedAt is not null)
            return _views.Session(session);
        var cut = _connections.CutSession(id, TerminationReason.Ended);
        var ending = new SessionEnding(id, TerminationReason.Ended, Entry.Id(actor.PersonId), _time.Now(), cut, _time);
        await _endings.RecordAsync(ending);
        (session.EndedAt, session.Termination) = (ending.At, ending.Why);
        return _views.Session(session);
    }
}
