using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>Whether rows still say what they said when they were held against the log.</summary>
internal static class RowsEqual
{
    public static bool Same(LiveSession known, SessionLoader.Rows rows) =>
        !rows.Locked && Same(known.Session, rows.Session) && Same(known.Grant, rows.Grant);

    private static bool Same(Session a, Session b) =>
        (a.Id, a.GrantId, a.Tenant, a.Target, a.PersonId, a.StartedAt, a.EndedAt) == (b.Id, b.GrantId, b.Tenant, b.Target, b.PersonId, b.StartedAt, b.EndedAt)
        && (a.Termination, a.EntryIndex, a.EntryId) == (b.Termination, b.EntryIndex, b.EntryId);

    /// <summary>All but the version, which moves whenever a session starts or ends.</summary>
    private static bool Same(Grant a, Grant b) =>
        (a.Id, a.RequestId, a.Tenant, a.Target, a.HolderId, a.ApproverId) == (b.Id, b.RequestId, b.Tenant, b.Target, b.HolderId, b.ApproverId)
        && (a.Scope, a.ScopeHash, a.NotBefore, a.NotAfter) == (b.Scope, b.ScopeHash, b.NotBefore, b.NotAfter)
        && (a.EndedAt, a.EndedBy, a.EndedAs, a.EntryIndex, a.EntryId) == (b.EndedAt, b.EndedBy, b.EndedAs, b.EntryIndex, b.EntryId);
}
