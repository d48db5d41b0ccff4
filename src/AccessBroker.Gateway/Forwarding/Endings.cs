using AccessBroker.Access;
using Yarp.ReverseProxy.Forwarder;

namespace AccessBroker.Gateway;

/// <summary>Words for why an exchange ended before its end, as they stand in outcomes.</summary>
internal static class Endings
{
    public static string Of(TerminationReason reason) => reason switch
    {
        TerminationReason.GrantExpired => "grant-expired",
        TerminationReason.GrantRevoked => "grant-revoked",
        TerminationReason.GrantCancelled => "grant-cancelled",
        TerminationReason.PersonLocked => "person-locked",
        TerminationReason.BrokerLost => "broker-lost",
        TerminationReason.NotInLog => "not-in-log",
        _ => "session-ended",
    };

    /// <summary>Null where nothing was cut.</summary>
    public static string? Of(ForwarderError error) => error switch
    {
        ForwarderError.None or ForwarderError.NoAvailableDestinations => null,
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => "timed-out",
        ForwarderError.RequestBodyClient or ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled
            or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
            or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled => "client-gone",
        _ => "upstream-failed",
    };
}
