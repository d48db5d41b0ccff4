using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>One session ended, by its engineer or because the broker must not serve it any more.</summary>
/// <param name="Actor">Person id, or <c>_system</c>.</param>
internal sealed record SessionEnding(Guid SessionId, TerminationReason Why, string Actor, DateTimeOffset At, CutReport Cut, TimeProvider Time) : IEnding
{
    public Guid About => SessionId;

    public RecordedChange.Change<EndingRecord> Write => async (context, append, cancellationToken) =>
    {
        var session = await context.Sessions.SingleOrDefaultAsync(s => s.Id == SessionId, cancellationToken);
        if (session is null or { EndedAt: not null })
            return new EndingRecord(null);
        (session.EndedAt, session.Termination) = (At, Why);
        // Sessions have no version of their own: all changes under a grant move the grant's, so that only one of two wins.
        var grant = await context.Grants.SingleOrDefaultAsync(g => g.Id == session.GrantId, cancellationToken);
        if (grant is not null)
            grant.Version++;
        var entries = await append(SessionEntries.Ended(session, grant?.ScopeHash, Why, Actor, At, Cut, Time.NewId()));
        return new EndingRecord(entries[0].Index);
    };

    /// <summary>Ends every open session of somebody who may work here no longer.</summary>
    public static async Task<IReadOnlyList<EntryDraft>> EndAllOfAsync(BrokerDbContext context, Guid person, DateTimeOffset at, TimeProvider time, CancellationToken cancellationToken)
    {
        var grants = await context.Grants.Where(g => context.Sessions.Any(s => s.GrantId == g.Id && s.PersonId == person && s.EndedAt == null)).ToListAsync(cancellationToken);
        var ended = new List<EntryDraft>();
        foreach (var grant in grants)
        {
            grant.Version++;
            ended.AddRange(await EndAllAsync(context, grant, TerminationReason.PersonLocked, Names.System, at, time, cancellationToken));
        }
        return ended;
    }

    /// <summary>Ends every open session of a grant whose version the caller moves.</summary>
    public static async Task<IReadOnlyList<EntryDraft>> EndAllAsync(
        BrokerDbContext context, Grant grant, TerminationReason why, string actor, DateTimeOffset at, TimeProvider time, CancellationToken cancellationToken)
    {
        var open = await context.Sessions.Where(s => s.GrantId == grant.Id && s.EndedAt == null).ToListAsync(cancellationToken);
        foreach (var session in open)
            (session.EndedAt, session.Termination) = (at, why);
        return [.. open.Select(s => SessionEntries.Ended(s, grant.ScopeHash, why, actor, at, cut: null, time.NewId()))];
    }
}
