using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>What a verified consent token says. It names a grant and session; whether those still live is asked at every request.</summary>
public sealed record ConsentClaims(
    Guid Session, Guid Grant, Guid Person, string Tenant, string Target, string ScopeHash, string Jti, DateTimeOffset ExpiresAt);

/// <param name="Reason"><see cref="DenyReason.None"/>, <see cref="DenyReason.NoToken"/>, <see cref="DenyReason.TokenInvalid"/>,
/// <see cref="DenyReason.TokenExpired"/> or <see cref="DenyReason.TokenForOtherTarget"/>.</param>
/// <param name="Claims">Of a token that was signed by this broker, even where it is expired or for another target; else null.</param>
public readonly record struct ConsentTokenResult(DenyReason Reason, ConsentClaims? Claims)
{
    public bool Valid => Reason == DenyReason.None;
}
