using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Reads sessions with their grants and holds them against the log.</summary>
internal sealed class SessionLoader(IDbContextFactory<BrokerDbContext> contexts, LogProof proof)
{
    /// <param name="Locked">The engineer is locked out.</param>
    public sealed record Rows(Session Session, Grant Grant, bool Locked);

    /// <summary>The rows of those sessions that exist.</summary>
    public async Task<Dictionary<Guid, Rows>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from session in context.Sessions.AsNoTracking()
            join grant in context.Grants.AsNoTracking() on session.GrantId equals grant.Id
            where ids.Contains(session.Id)
            select new { session, grant, locked = context.People.Any(p => p.Id == session.PersonId && p.LockedAt != null) })
            .ToListAsync(cancellationToken);
        return rows.ToDictionary(r => r.session.Id, r => new Rows(r.session, r.grant, r.locked));
    }

    public async Task<LiveSession> LoadAsync(Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync([id], cancellationToken)).TryGetValue(id, out var rows) ? await JudgeAsync(rows, cancellationToken) : LiveSession.Unknown;

    /// <summary>All but the clock: what the rows say, and whether the log says it too.</summary>
    public async Task<LiveSession> JudgeAsync(Rows rows, CancellationToken cancellationToken)
    {
        var (session, grant, locked) = rows;
        if (!LogProof.TryParse(grant, out var scope))
            return new LiveSession(session, grant, LiveSession.NoScope, DenyReason.NotInLog);
        var reason = Ended(session, grant, locked);
        if (reason == DenyReason.None && !(await proof.HoldsAsync(grant, cancellationToken) && await proof.HoldsAsync(session, grant, cancellationToken)))
            reason = await WhyNotAsync(session.Id, cancellationToken);
        return new LiveSession(session, grant, scope, reason);
    }

    /// <summary>Between reading the rows and the log somebody may have ended the grant: only what the rows still claim is a forgery.</summary>
    private async Task<DenyReason> WhyNotAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!(await ReadAsync([id], cancellationToken)).TryGetValue(id, out var now))
            return DenyReason.SessionEnded;
        var ended = Ended(now.Session, now.Grant, now.Locked);
        return ended == DenyReason.None ? DenyReason.NotInLog : ended;
    }

    private static DenyReason Ended(Session session, Grant grant, bool locked) => (grant.EndedAs, session.EndedAt) switch
    {
        (GrantState.Revoked, _) => DenyReason.GrantRevoked,
        (GrantState.Cancelled, _) => DenyReason.GrantCancelled,
        (not null, _) => DenyReason.NotInLog, // no other state is ever stored
        (_, not null) => TerminationReasons.Denial(session.Termination),
        _ => locked ? DenyReason.PersonLocked : DenyReason.None,
    };
}
