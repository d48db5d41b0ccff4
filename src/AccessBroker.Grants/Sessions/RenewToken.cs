using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>A fresh consent token while the session lives.</summary>
public sealed class RenewToken
{
    private readonly OwnSession _own;
    private readonly ConsentTokens _tokens;
    private readonly GrantViews _views;
    private readonly GatewayAddresses _addresses;
    private readonly IAuditLog _log;
    private readonly TimeProvider _time;

    internal RenewToken(OwnSession own, ConsentTokens tokens, GrantViews views, GatewayAddresses addresses, IAuditLog log, TimeProvider time) =>
        (_own, _tokens, _views, _addresses, _log, _time) = (own, tokens, views, addresses, log, time);

    /// <returns>The token, recorded before it is handed out; refusals as <see cref="OwnSession.FindAsync"/>.</returns>
    public async Task<Outcome<SessionToken>> RunAsync(Actor actor, Guid sessionId, CancellationToken cancellationToken)
    {
        var live = await _own.FindAsync(actor, sessionId, cancellationToken);
        if (!live.Succeeded)
            return live.Refusal;
        var (session, grant, scope, _) = live.Value;
        var minted = _tokens.Mint(session, grant, scope);
        try
        {
            await _log.AppendAsync(SessionEntries.Renewed(actor, session, grant.ScopeHash, minted.Jti, minted.ExpiresAt, _time.NewId()), cancellationToken);
        }
        catch (AuditUnavailableException)
        {
            return Refusals.AuditUnavailable;
        }
        return new SessionToken(_views.Session(session), minted.Token, minted.ExpiresAt, _addresses.OriginOf(grant.Tenant, grant.Target));
    }
}
