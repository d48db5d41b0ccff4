using AccessBroker.Access;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>A grant ended early, and every session under it.</summary>
/// <param name="How"><see cref="GrantState.Revoked"/> or <see cref="GrantState.Cancelled"/>.</param>
/// <param name="Cut">What was cut before this is written.</param>
internal sealed record GrantEnding(Guid GrantId, GrantState How, Guid By, DateTimeOffset At, CutReport Cut, TimeProvider Time) : IEnding
{
    public Guid About => GrantId;

    public static TerminationReason ReasonOf(GrantState how) =>
        how == GrantState.Revoked ? TerminationReason.GrantRevoked : TerminationReason.GrantCancelled;

    public RecordedChange.Change<EndingRecord> Write => async (context, append, cancellationToken) =>
    {
        var grant = await context.Grants.SingleAsync(g => g.Id == GrantId, cancellationToken);
        if (grant.EndedAs is not null)
            return new EndingRecord(null);
        (grant.EndedAs, grant.EndedAt, grant.EndedBy) = (How, At, By);
        grant.Version++;
        var actor = Entry.Id(By);
        var sessions = await SessionEnding.EndAllAsync(context, grant, ReasonOf(How), actor, At, Time, cancellationToken);
        var entries = await append([GrantEntries.Ended(grant, How, actor, At, Cut, Time.NewId()), .. sessions]);
        return new EndingRecord(entries[0].Index);
    };
}
