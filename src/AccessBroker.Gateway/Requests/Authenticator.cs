using System.Runtime.CompilerServices;
using AccessBroker.Access;
using AccessBroker.Grants;
using Microsoft.Extensions.Primitives;

namespace AccessBroker.Gateway;

/// <summary>Reads the proof that a request carries: a consent token in <c>Authorization: Bearer</c> (RFC 6750 §2.1), else the host's cookie.</summary>
internal sealed class Authenticator(ConsentTokens tokens, BrowserCookie cookie)
{
    private const string Scheme = "Bearer ";

    // The server gives the requests of one connection the same string while the header stays the same, so the token in it
    // is cut out once a connection. Held by reference and for as long as the connection holds the header.
    private readonly ConditionalWeakTable<string, BearerToken> _tokens = [];

    public Caller Authenticate(Arrival arrival)
    {
        var headers = arrival.Context.Request.Headers;
        var authorization = headers.Authorization;
        if (authorization.Count > 0)
            return Bearer(authorization, arrival);
        return headers.Cookie.Count > 0 ? Browser(headers.Cookie, arrival) : Refused(DenyReason.NoToken, Presentation.Bearer);
    }

    private Caller Bearer(StringValues authorization, Arrival arrival)
    {
        if (authorization is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Refused(DenyReason.TokenInvalid, Presentation.Bearer);

        var result = tokens.Validate(_tokens.GetValue(value, static v => new BearerToken(v[Scheme.Length..].Trim())), arrival.Host.Origin, arrival.Now);
        if (result.Claims is not { } claims)
            return Refused(result.Reason, Presentation.Bearer);
        var token = new PresentedToken(claims.Session, claims.Grant, claims.Person, claims.Tenant, claims.Target, claims.ScopeHash, claims.ExpiresAt);
        return new Caller(result.Reason, Presentation.Bearer, claims.Session, claims.Person, token);
    }

    private Caller Browser(StringValues cookies, Arrival arrival)
    {
        var (value, count) = Cookies.Find(cookies);
        if (count == 0)
            return Refused(DenyReason.NoToken, Presentation.Cookie);
        if (count > 1 || !cookie.TryOpen(value!, arrival.Host, out var session, out var person))
            return Refused(DenyReason.TokenInvalid, Presentation.Cookie);
        return new Caller(DenyReason.None, Presentation.Cookie, session, person, null);
    }

    private static Caller Refused(DenyReason reason, Presentation presentation) => new(reason, presentation, Guid.Empty, Guid.Empty, null);
}
