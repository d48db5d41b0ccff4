using AccessBroker.Access;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>Ending means now: first the connections and this node's memory, then the record, however long that takes.</summary>
internal sealed class GrantStopper(SessionConnections connections, PendingEndings endings, TimeProvider time)
{
    /// <summary>The answer comes within 2 s even while the log is down; its entry index is then null.</summary>
    public async Task<Outcome<GrantEnded>> StopAsync(Grant grant, GrantState how, Actor actor)
    {
        var now = time.Now();
        if (grant.EndedAs is { } before)
        {
            // Once more changes nothing in the record. It still cuts: whoever wrote the row past the broker must not keep a stream alive.
            var again = connections.CutGrant(grant.Id, GrantEnding.ReasonOf(before));
            return new GrantEnded(grant.Id, Name(before), grant.EndedAt ?? now, again.Connections, again.Took.TotalMilliseconds, again.LastByteAt, null);
        }
        if (grant.StateAt(now) == GrantState.Expired)
            return Refusals.GrantNotUsable(DenyReason.GrantExpired, grant);
        var cut = connections.CutGrant(grant.Id, GrantEnding.ReasonOf(how));
        var index = await endings.RecordAsync(new GrantEnding(grant.Id, how, actor.PersonId, now, cut, time));
        return new GrantEnded(grant.Id, Name(how), now, cut.Connections, cut.Took.TotalMilliseconds, cut.LastByteAt, index);
    }

    private static string Name(GrantState state) => state.ToString().ToLowerInvariant();
}
