using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>session.*</c>, on the customer's trail. Only <c>session.ended</c> refers to <c>session.started</c>.</summary>
internal static class SessionEntries
{
    public static EntryDraft Started(Session session) =>
        new(EntryClass.Event, session.Tenant, session.EntryId, default, StartedBody(session));

    /// <summary>A function of the row alone; see <see cref="GrantEntries.CreatedBody"/>.</summary>
    public static byte[] StartedBody(Session session) =>
        About(Entry.Body("session.started", Entry.Id(session.PersonId), session.Tenant), session)
            .Add("started_at", Entry.Micros(session.StartedAt))
            .ToBytes();

    public static EntryDraft Renewed(Actor actor, Session session, string scopeHash, string jti, DateTimeOffset expiresAt, Guid id) => Entry.Event(
        session.Tenant, id,
        About(Entry.Traced("session.renewed", actor, session.Tenant), session)
            .Add("scope_hash", scopeHash)
            .Add("token", jti)
            .Add("expires_at", Entry.Micros(expiresAt)));

    /// <summary>A one-time code for a browser was handed out.</summary>
    public static EntryDraft BrowserOpened(Actor actor, Session session, Guid id) =>
        Entry.Event(session.Tenant, id, About(Entry.Traced("session.browser", actor, session.Tenant), session));

    public static EntryDraft Ended(Session session, TerminationReason why, string actor, DateTimeOffset at, CutReport? cut, Guid id)
    {
        var body = About(Entry.Body("session.ended", actor, session.Tenant), session)
            .Add("reason", TerminationReasons.Code(why))
            .Add("at", Entry.Micros(at));
        if (cut is not null)
            GrantEntries.Add(body, cut);
        return Entry.Event(session.Tenant, id, body, session.EntryId);
    }

    private static BodyWriter About(BodyWriter body, Session session) => body
        .Add("session", Entry.Id(session.Id))
        .Add("grant", Entry.Id(session.GrantId))
        .Add("target", session.Target)
        .Add("person", Entry.Id(session.PersonId));
}
