using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Grants and sessions as people see them.</summary>
internal sealed class GrantViews(PeopleRegister people, ICatalogue catalogue, GatewayAddresses addresses, PendingEndings endings, TimeProvider time)
{
    public async Task<GrantView> OneAsync(BrokerDbContext context, Grant grant, CancellationToken cancellationToken) =>
        (await ManyAsync(context, [grant], cancellationToken))[0];

    public async Task<IReadOnlyList<GrantView>> ManyAsync(BrokerDbContext context, IReadOnlyList<Grant> grants, CancellationToken cancellationToken)
    {
        foreach (var grant in grants)
            ShowUnwritten(grant);
        var ids = grants.Select(g => g.Id).ToList();
        var requestIds = grants.Select(g => g.RequestId).ToList();
        var requests = await context.Requests.AsNoTracking().Where(r => requestIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        var sessions = await context.Sessions.AsNoTracking().Where(s => ids.Contains(s.GrantId)).OrderBy(s => s.EntryIndex).ToListAsync(cancellationToken);
        var name = await people.NamesAsync(context, grants.SelectMany(g => new[] { g.HolderId, g.ApproverId, g.EndedBy ?? g.HolderId }), cancellationToken);
        return [.. grants.Select(g => View(g, requests.GetValueOrDefault(g.RequestId), sessions.Where(s => s.GrantId == g.Id), name))];
    }

    public SessionView Session(Session session)
    {
        if (session.EndedAt is null && endings.Find<SessionEnding>(session.Id) is { } ending)
            (session.EndedAt, session.Termination) = (ending.At, ending.Why);
        else if (session.EndedAt is null && endings.Find<GrantEnding>(session.GrantId) is { } grant)
            (session.EndedAt, session.Termination) = (grant.At, GrantEnding.ReasonOf(grant.How));
        return new SessionView(
            session.Id, session.GrantId, session.Tenant, session.Target, session.StartedAt, session.EndedAt,
            session.Termination is { } why ? TerminationReasons.Code(why) : null);
    }

    private GrantView View(Grant grant, AccessRequest? request, IEnumerable<Session> sessions, Func<Guid, PersonView> name)
    {
        // A row that somebody edited may hold anything; it is shown as allowing nothing, and it does.
        IReadOnlyList<OperationView> operations = LogProof.TryParse(grant, out var scope) ? ScopeViews.Operations(scope) : [];
        return new GrantView(
            grant.Id, grant.RequestId, grant.Tenant, grant.Target, catalogue.Current.Find(grant.Target)?.Title ?? grant.Target,
            name(grant.HolderId), name(grant.ApproverId), operations, grant.ScopeHash, grant.NotBefore, grant.NotAfter,
            grant.StateAt(time.Now()).ToString().ToLowerInvariant(), grant.EndedAt, grant.EndedBy is { } by ? name(by) : null,
            request?.Minutes ?? 0, request is null ? [] : [.. Scopes.Parse(request.Scope).Operations.Select(o => o.Name)],
            addresses.OriginOf(grant.Tenant, grant.Target), [.. sessions.Select(Session)], grant.EntryIndex);
    }

    /// <summary>What was ended while the log is down is shown as ended, because it is.</summary>
    private void ShowUnwritten(Grant grant)
    {
        if (grant.EndedAs is null && endings.Find<GrantEnding>(grant.Id) is { } ending)
            (grant.EndedAs, grant.EndedAt, grant.EndedBy) = (ending.How, ending.At, ending.By);
    }
}
