using AccessBroker.Access;

namespace AccessBroker.Grants;

internal static class TerminationReasons
{
    /// <summary>Such as <c>grant-revoked</c>.</summary>
    public static string Code(TerminationReason reason) => reason switch
    {
        TerminationReason.Ended => "ended",
        TerminationReason.GrantExpired => "grant-expired",
        TerminationReason.GrantRevoked => "grant-revoked",
        TerminationReason.GrantCancelled => "grant-cancelled",
        TerminationReason.PersonLocked => "person-locked",
        TerminationReason.BrokerLost => "broker-lost",
        TerminationReason.NotInLog => "not-in-log",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>What a request of a session that ended like this is told.</summary>
    public static DenyReason Denial(TerminationReason? reason) => reason switch
    {
        TerminationReason.GrantRevoked => DenyReason.GrantRevoked,
        TerminationReason.GrantCancelled => DenyReason.GrantCancelled,
        TerminationReason.GrantExpired => DenyReason.GrantExpired,
        TerminationReason.PersonLocked => DenyReason.PersonLocked,
        TerminationReason.NotInLog => DenyReason.NotInLog,
        _ => DenyReason.SessionEnded,
    };

    /// <summary>Why a session ends when its grant can no longer be used for this reason.</summary>
    public static TerminationReason Of(DenyReason reason) => reason switch
    {
        DenyReason.GrantExpired => TerminationReason.GrantExpired,
        DenyReason.GrantRevoked => TerminationReason.GrantRevoked,
        DenyReason.GrantCancelled => TerminationReason.GrantCancelled,
        DenyReason.PersonLocked => TerminationReason.PersonLocked,
        DenyReason.NotInLog => TerminationReason.NotInLog,
        _ => TerminationReason.Ended,
    };
}
