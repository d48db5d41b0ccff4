using AccessBroker.Access;
using AccessBroker.Grants;

namespace AccessBroker.Gateway;

/// <summary>Who a request says it comes from, as far as token or cookie alone can prove.</summary>
/// <param name="Reason"><see cref="DenyReason.None"/> where the proof holds.</param>
/// <param name="Session">The session to look up; empty where there is no proof of one.</param>
/// <param name="Person">Who the proof was given to.</param>
/// <param name="Token">What a verified token claims, even where it is expired or for another host; null where nothing is proved, and for a
/// cookie until its session is found.</param>
internal readonly record struct Caller(DenyReason Reason, Presentation Presentation, Guid Session, Guid Person, PresentedToken? Token)
{
    /// <summary>
    /// A cookie proves a session and its person; the rest of what a token would claim is what the session's grant says. It has
    /// no end of its own: at the grant's end the person is told that the access is over, not that a token is.
    /// </summary>
    public Caller InSession(LiveSession? live) =>
        Token is not null || Reason != DenyReason.None || live is null || live.Session.Id != Session
            ? this
            : this with
            {
                Token = new PresentedToken(Session, live.Session.GrantId, Person, live.Session.Tenant, live.Session.Target, live.Grant.ScopeHash, DateTimeOffset.MaxValue),
            };
}
