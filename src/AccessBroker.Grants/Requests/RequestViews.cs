using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Requests as people see them.</summary>
internal sealed class RequestViews(PeopleRegister people, ICatalogue catalogue, PendingEndings endings, TimeProvider time)
{
    public async Task<RequestView> OneAsync(BrokerDbContext context, AccessRequest request, CancellationToken cancellationToken) =>
        (await ManyAsync(context, [request], cancellationToken))[0];

    public async Task<IReadOnlyList<RequestView>> ManyAsync(BrokerDbContext context, IReadOnlyList<AccessRequest> requests, CancellationToken cancellationToken)
    {
        foreach (var request in requests)
            endings.Find<DenialEnding>(request.Id)?.ShowOn(request);
        var ids = requests.Select(r => r.Id).ToList();
        var reasons = await context.Reviews.AsNoTracking().Where(r => ids.Contains(r.RequestId) && r.Answer == ReviewAnswer.Deny)
            .ToDictionaryAsync(r => r.RequestId, r => r.Reason, cancellationToken);
        var name = await people.NamesAsync(context, requests.SelectMany(r => new[] { r.RequesterId, r.DecidedBy ?? r.RequesterId }), cancellationToken);
        return [.. requests.Select(r => View(r, name, reasons.GetValueOrDefault(r.Id) ?? endings.Find<DenialEnding>(r.Id)?.Reason))];
    }

    /// <summary>What the request would look like, before it is one.</summary>
    public RequestView Preview(AccessRequest request, PersonView requester) => View(request, _ => requester, denialReason: null);

    public static RequestState StateAt(AccessRequest request, DateTimeOffset now) =>
        request.State == RequestState.Pending && request.ExpiresAt <= now ? RequestState.Expired : request.State;

    private RequestView View(AccessRequest request, Func<Guid, PersonView> name, string? denialReason)
    {
        var scope = Scopes.Parse(request.Scope);
        var target = catalogue.Current.Find(request.Target);
        return new RequestView(
            request.Id, request.Tenant, request.Target, target?.Title ?? request.Target, name(request.RequesterId), request.ReasonCode,
            request.Reason, request.Ticket, request.Minutes, ScopeViews.Operations(scope), ScopeViews.Others(scope, target), request.ScopeHash,
            target?.SharedCredential ?? false, StateAt(request, time.Now()).ToString().ToLowerInvariant(), request.CreatedAt, request.ExpiresAt,
            request.DecidedBy is { } decider ? name(decider) : null, request.DecidedAt, denialReason, request.GrantId, request.Version, request.EntryIndex);
    }
}
