using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>session.*</c>, on the customer's trail. Only <c>session.ended</c> refers to <c>session.started</c>.</summary>
internal static class SessionEntries
{
    public static EntryDraft Started(Session session, string scopeHash, string? trace) =>
        new(EntryClass.Event, session.Tenant, session.EntryId, default, StartedBody(session, scopeHash, trace));

    /// <summary>A function of the rows but for the trace; see <see cref="GrantEntries.CreatedBody"/>.</summary>
    public static byte[] StartedBody(Session session, string scopeHash, string? trace) =>
        About(Entry.Body("session.started", Entry.Id(session.PersonId), session.Tenant), session, scopeHash)
            .Add("started_at", Entry.Micros(session.StartedAt))
            .Add("trace_id", trace)
            .ToBytes();

    /// <summary>No session: the grant cannot be used.</summary>
    /// <param name="trail">The customer, or the system's where there is no such customer.</param>
    /// <param name="reason">The refusal's code, such as <c>grant-expired</c>.</param>
    public static EntryDraft Denied(Actor actor, Grant grant, string trail, string reason, Guid id) => Entry.Event(
        trail, id,
        Entry.Traced("session.denied", actor, trail).Add("grant", Entry.Id(grant.Id)).Add("target", grant.Target).Add("reason", reason));

    public static EntryDraft Renewed(Actor actor, Session session, string scopeHash, string jti, DateTimeOffset expiresAt, Guid id) => Entry.Event(
        session.Tenant, id,
        About(Entry.Traced("session.renewed", actor, session.Tenant), session, scopeHash)
            .Add("token", jti)
            .Add("expires_at", Entry.Micros(expiresAt)));

    /// <summary>A one-time code for a browser was handed out.</summary>
    public static EntryDraft BrowserOpened(Actor actor, Session session, string scopeHash, Guid id) =>
        Entry.Event(session.Tenant, id, About(Entry.Traced("session.browser", actor, session.Tenant), session, scopeHash));

    /// <param name="scopeHash">Null where the grant's row is gone.</param>
    public static EntryDraft Ended(Session session, string? scopeHash, TerminationReason why, string actor, DateTimeOffset at, CutReport? cut, Guid id)
    {
        var body = About(Entry.Body("session.ended", actor, session.Tenant), session, scopeHash)
            .Add("reason", TerminationReasons.Code(why))
            .Add("at", Entry.Micros(at));
        if (cut is not null)
            GrantEntries.Add(body, cut);
        return Entry.Event(session.Tenant, id, body, session.EntryId);
    }

    private static BodyWriter About(BodyWriter body, Session session, string? scopeHash) => body
        .Add("session", Entry.Id(session.Id))
        .Add("grant", Entry.Id(session.GrantId))
        .Add("target", session.Target)
        .Add("person", Entry.Id(session.PersonId))
        .Add("scope_hash", scopeHash);
}
