namespace AccessBroker.Access;

/// <summary>What people are told where the reason alone decides the words.</summary>
internal static class DenySentences
{
    public const string LoosePath =
        "The path differs from a defined one only in letter case or a final slash, which servers read in different ways. Write it exactly as defined.";

    public static string Of(DenyReason reason) => reason switch
    {
        DenyReason.NoToken => "The request carries no consent token. Start a session for a grant and send its token as 'Authorization: Bearer …', or open the target from the session's page.",
        DenyReason.TokenInvalid => "The consent token is not one that this broker signed for this session, or it was altered. Get a new one for the session.",
        DenyReason.TokenExpired => "The consent token has expired. Get a new one for the session; that works for as long as the grant lives.",
        DenyReason.TokenForOtherTarget => "The consent token is for another customer or target than this address. Use the address that came with the token.",
        DenyReason.SessionEnded => "The session has ended. Start a new one, as long as the grant lives.",
        DenyReason.GrantScheduled => "The grant has not begun yet.",
        DenyReason.GrantExpired => "The grant has expired. Ask the customer again if the work is not done.",
        DenyReason.GrantRevoked => "The customer ended the access. Ask again if the work is not done.",
        DenyReason.GrantCancelled => "The grant was given back by its holder. Ask the customer again if the work is not done.",
        DenyReason.NotInLog => "The grant or session in the database does not match its entry in the audit log, so it is not honoured. Tell an administrator: someone changed the database.",
        DenyReason.ScopeMismatch => "The token, the grant and the approved scope do not say the same. Get a new token for the session.",
        DenyReason.PersonLocked => "Your account is locked. Ask an administrator.",
        _ => "The request is refused.",
    };
}
