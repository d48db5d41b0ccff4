using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>The holder begins to use a grant and gets the first consent token.</summary>
public sealed class StartSession
{
    private readonly RecordedChange _changes;
    private readonly LogProof _proof;
    private readonly SessionConnections _connections;
    private readonly ConsentTokens _tokens;
    private readonly GrantViews _views;
    private readonly GatewayAddresses _addresses;
    private readonly TenantList _tenants;
    private readonly IAuditLog _log;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal StartSession(
        RecordedChange changes, LogProof proof, SessionConnections connections, ConsentTokens tokens, GrantViews views, GatewayAddresses addresses,
        TenantList tenants, IAuditLog log, BrokerDbContext context, TimeProvider time) =>
        (_changes, _proof, _connections, _tokens, _views, _addresses, _tenants, _log, _context, _time) =
            (changes, proof, connections, tokens, views, addresses, tenants, log, context, time);

    /// <returns>Session and token; 404 where the grant is not the actor's; 409 where it is over or has not begun; 403 <c>not-in-log</c>, <c>not-an-engineer</c>; 503 <c>audit-unavailable</c>.</returns>
    public async Task<Outcome<SessionToken>> RunAsync(Actor actor, Guid grantId, CancellationToken cancellationToken)
    {
        var grant = await _context.Grants.AsNoTracking().SingleOrDefaultAsync(g => g.Id == grantId && g.HolderId == actor.PersonId, cancellationToken);
        if (grant is null)
            return Refusals.NotFound("grant");
        if (!actor.Is(Role.Engineer))
            return await DeniedAsync(actor, grant, NotAnEngineer, cancellationToken);
        if (Unusable(grant) is { } unusable)
            return await DeniedAsync(actor, grant, unusable, cancellationToken);
        if (!await _proof.HoldsAsync(grant, cancellationToken))
            return await DeniedAsync(actor, grant, Refusals.GrantNotUsable(DenyReason.NotInLog, grant), cancellationToken);

        var started = await _changes.RunAsync<Session>(async (context, append, token) =>
        {
            var now = await context.Grants.SingleAsync(g => g.Id == grantId, token);
            if (Unusable(now) is { } over)
                return over;
            var session = new Session
            {
                Id = _time.NewId(), GrantId = now.Id, Tenant = now.Tenant, Target = now.Target, PersonId = actor.PersonId,
                StartedAt = _time.Now(), EntryId = _time.NewId(), EntryIndex = -1,
            };
            context.Sessions.Add(session);
            now.Version++; // whoever ends the grant at this moment must see this session, or this must see the end
            session.EntryIndex = (await append(SessionEntries.Started(session, now.ScopeHash, Entry.Trace)))[0].Index;
            return session;
        }, cancellationToken);
        if (!started.Succeeded)
            return started.Refusal == Refusals.AuditUnavailable ? started.Refusal : await DeniedAsync(actor, grant, started.Refusal, cancellationToken);
        var minted = _tokens.Mint(started.Value, grant, Scopes.Parse(grant.Scope));
        return new SessionToken(_views.Session(started.Value), minted.Token, minted.ExpiresAt, _addresses.OriginOf(grant.Tenant, grant.Target));
    }

    /// <summary>The role was taken away after the customer approved.</summary>
    private static Refusal NotAnEngineer { get; } = new(403, "not-an-engineer", "Only engineers use access",
        "You hold the role of an engineer no longer, so this access cannot be used.", "Ask an administrator for the role.");

    /// <summary>On the customer's trail, as a refused request would be. An unknown customer, which only a forged row can name, has none.</summary>
    private async Task<Refusal> DeniedAsync(Actor actor, Grant grant, Refusal refusal, CancellationToken cancellationToken)
    {
        var trail = _tenants.Find(grant.Tenant) is null ? Names.System : grant.Tenant;
        await Attempts.RecordAsync(_log, SessionEntries.Denied(actor, grant, trail, refusal.Code, _time.NewId()), cancellationToken);
        return refusal;
    }

    private Refusal? Unusable(Grant grant) => _connections.CutReasonOf(grant.Id) switch
    {
        TerminationReason.GrantRevoked => Refusals.GrantNotUsable(DenyReason.GrantRevoked, grant),
        TerminationReason.GrantCancelled => Refusals.GrantNotUsable(DenyReason.GrantCancelled, grant),
        _ => grant.StateAt(_time.Now()) switch
        {
            GrantState.Active => null,
            GrantState.Scheduled => Refusals.GrantNotUsable(DenyReason.GrantScheduled, grant),
            GrantState.Revoked => Refusals.GrantNotUsable(DenyReason.GrantRevoked, grant),
            GrantState.Cancelled => Refusals.GrantNotUsable(DenyReason.GrantCancelled, grant),
            _ => Refusals.GrantNotUsable(DenyReason.GrantExpired, grant),
        },
    };
}
