using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>grant.*</c>, on the customer's trail. All but <c>grant.created</c> refer to it, and nothing else does.</summary>
internal static class GrantEntries
{
    public static EntryDraft Created(Grant grant, ResolvedScope scope) =>
        new(EntryClass.Event, grant.Tenant, grant.EntryId, default, CreatedBody(grant, scope, Entry.Trace));

    /// <summary>
    /// A function of the row but for the trace, which an entry read back gives itself, so that a row can be held against its
    /// entry byte for byte. Whatever widens a grant when somebody edits it in the database stands here.
    /// </summary>
    public static byte[] CreatedBody(Grant grant, ResolvedScope scope, string? trace) =>
        Entry.Body("grant.created", Entry.Id(grant.ApproverId), grant.Tenant)
            .Add("grant", Entry.Id(grant.Id))
            .Add("request", Entry.Id(grant.RequestId))
            .Add("target", grant.Target)
            .Add("holder", Entry.Id(grant.HolderId))
            .Add("approver", Entry.Id(grant.ApproverId))
            .Add("scope", Scopes.ToBody(scope))
            .Add("scope_hash", grant.ScopeHash)
            .Add("not_before", Entry.Micros(grant.NotBefore))
            .Add("not_after", Entry.Micros(grant.NotAfter))
            .Add("trace_id", trace)
            .ToBytes();

    /// <summary><c>grant.revoked</c>, <c>grant.cancelled</c> or, by the clock, <c>grant.expired</c>.</summary>
    /// <param name="actor">Person id, or <c>_system</c>.</param>
    /// <param name="cut">What was cut on the node that ended it; null where it ended by the clock.</param>
    public static EntryDraft Ended(Grant grant, GrantState how, string actor, DateTimeOffset at, CutReport? cut, Guid id)
    {
        var body = Entry.Body($"grant.{how.ToString().ToLowerInvariant()}", actor, grant.Tenant)
            .Add("grant", Entry.Id(grant.Id))
            .Add("target", grant.Target)
            .Add("holder", Entry.Id(grant.HolderId))
            .Add("scope_hash", grant.ScopeHash)
            .Add("at", Entry.Micros(at));
        if (cut is not null)
            Add(body, cut);
        return Entry.Event(grant.Tenant, id, body, grant.EntryId);
    }

    /// <summary>The receipt of a cut: how many connections, how long it took, when the last byte passed.</summary>
    public static BodyWriter Add(BodyWriter body, CutReport cut)
    {
        body.Add("connections_cut", cut.Connections).Add("cut_us", (long)cut.Took.TotalMicroseconds);
        return cut.LastByteAt is { } last ? body.Add("last_byte_at", Entry.Micros(last)) : body;
    }
}
