using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Storage;

namespace AccessBroker.Grants;

/// <summary>Lets the engineer's browser into a session: a one-time address on the gateway's own host.</summary>
public sealed class OpenBrowser
{
    private readonly OwnSession _own;
    private readonly BrowserCodes _codes;
    private readonly GatewayAddresses _addresses;
    private readonly IAuditLog _log;
    private readonly TimeProvider _time;

    internal OpenBrowser(OwnSession own, BrowserCodes codes, GatewayAddresses addresses, IAuditLog log, TimeProvider time) =>
        (_own, _codes, _addresses, _log, _time) = (own, codes, addresses, log, time);

    /// <returns>An address that works once within a minute; refusals as <see cref="OwnSession.FindAsync"/>.</returns>
    public async Task<Outcome<BrowserEntry>> RunAsync(Actor actor, Guid sessionId, CancellationToken cancellationToken)
    {
        var live = await _own.FindAsync(actor, sessionId, cancellationToken);
        if (!live.Succeeded)
            return live.Refusal;
        var session = live.Value.Session;
        try
        {
            await _log.AppendAsync(SessionEntries.BrowserOpened(actor, session, live.Value.Grant.ScopeHash, _time.NewId()), cancellationToken);
            var (code, expiresAt) = await _codes.IssueAsync(sessionId, cancellationToken);
            return new BrowserEntry($"{_addresses.OriginOf(session.Tenant, session.Target)}{BrowserCodes.Path}?code={code}", expiresAt);
        }
        catch (Exception e) when (e.IsStorageUnavailable())
        {
            return Refusals.AuditUnavailable;
        }
    }
}
