using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>A session, its grant and scope as they are now.</summary>
/// <param name="Session">The row; empty where the session does not exist.</param>
/// <param name="Grant">The row; empty where the session does not exist.</param>
/// <param name="Scope">The approved scope; empty where the grant is not honoured.</param>
/// <param name="Reason"><see cref="DenyReason.None"/> where the session may be used now.</param>
public sealed record LiveSession(Session Session, Grant Grant, ResolvedScope Scope, DenyReason Reason)
{
    internal static ResolvedScope NoScope { get; } = new()
    {
        Tenant = "", Target = "", Upstream = "", Binding = new TenantBinding(TenantPlace.Path, ""), Operations = [],
    };

    internal static LiveSession Unknown { get; } = new(new Session(), new Grant(), NoScope, DenyReason.SessionEnded);
}
