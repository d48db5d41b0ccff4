using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>A customer's approver grants what was asked, or less.</summary>
public sealed class ApproveAccess
{
    private readonly ReviewRules _rules;
    private readonly LogProof _proof;
    private readonly RecordedChange _changes;
    private readonly RequestViews _requests;
    private readonly GrantViews _grants;
    private readonly ICatalogue _catalogue;
    private readonly TenantList _tenants;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal ApproveAccess(
        ReviewRules rules, LogProof proof, RecordedChange changes, RequestViews requests, GrantViews grants, ICatalogue catalogue, TenantList tenants,
        BrokerDbContext context, TimeProvider time) =>
        (_rules, _proof, _changes, _requests, _grants, _catalogue, _tenants, _context, _time) =
            (rules, proof, changes, requests, grants, catalogue, tenants, context, time);

    /// <returns>
    /// The grant, which begins now; 404; 403 <c>own-request</c>, <c>not-an-approver</c>, <c>not-in-log</c>; 409 <c>already-decided</c>,
    /// <c>request-expired</c>, <c>changed-meanwhile</c>, <c>catalogue-changed</c>; 422 <c>scope-widened</c>, <c>invalid</c>; 503 <c>audit-unavailable</c>.
    /// </returns>
    public async Task<Outcome<GrantView>> RunAsync(Actor actor, Guid id, ApproveRequest answer, CancellationToken cancellationToken)
    {
        var made = await _changes.RunAsync<Grant>(
            (context, append, token) => ApproveAsync(context, append, actor, id, answer, token), cancellationToken);
        return made.Succeeded ? await _grants.OneAsync(_context, made.Value, cancellationToken) : made.Refusal;
    }

    private async Task<Outcome<Grant>> ApproveAsync(
        BrokerDbContext context, RecordedChange.Append append, Actor actor, Guid id, ApproveRequest answer, CancellationToken cancellationToken)
    {
        var request = await context.Requests.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (await _rules.CheckAsync(context, actor, request, answer.Version, cancellationToken) is { } refusal)
            return refusal;
        if (!await _proof.HoldsAsync(request!, cancellationToken))
        {
            // Somebody else may have decided between the two reads: then the log is ahead of the row that was read, and the row now says who.
            await context.Entry(request!).ReloadAsync(cancellationToken);
            return await _rules.CheckAsync(context, actor, request, answer.Version, cancellationToken) ?? NotInLog;
        }
        var asked = Scopes.Parse(request!.Scope);
        if (Narrowing(request, asked, answer) is { } wrong)
            return wrong;
        var scope = answer.Operations is null ? asked : Scopes.Narrow(asked, answer.Operations);
        if (!IsCurrent(scope))
            return CatalogueChanged;

        var now = _time.Now();
        var minutes = answer.Minutes ?? request.Minutes;
        var shown = await _requests.OneAsync(context, request, cancellationToken); // before the change: the request as it was read
        var grant = NewGrant(actor, request, scope, now, minutes);
        var review = new Review
        {
            Id = _time.NewId(), RequestId = request.Id, Tenant = request.Tenant, ReviewerId = actor.PersonId, Answer = ReviewAnswer.Approve,
            ScopeHash = grant.ScopeHash, At = now, EntryId = _time.NewId(), EntryIndex = -1,
        };
        (request.State, request.DecidedAt, request.DecidedBy, request.GrantId) = (RequestState.Approved, now, actor.PersonId, grant.Id);
        request.Version++;
        context.Grants.Add(grant);
        context.Reviews.Add(review);

        var consent = RequestWords.Consent(
            shown, _tenants.Find(request.Tenant)?.Name ?? request.Tenant, minutes, ScopeViews.Operations(scope), grant.ScopeHash);
        var entries = await append(
            RequestEntries.Approved(actor, request, review, grant.Id, minutes, consent), GrantEntries.Created(grant, scope));
        (review.EntryIndex, grant.EntryIndex) = (entries[0].Index, entries[1].Index);
        return grant;
    }

    private static Refusal? Narrowing(AccessRequest request, ResolvedScope asked, ApproveRequest answer)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var more = (answer.Operations ?? []).Where(o => asked.Operations.All(a => a.Name != o)).Distinct().ToList();
        if (more.Count > 0)
            errors["operations"] = [$"The request does not ask for {string.Join(", ", more.Select(m => Names.IsOperation(m) ? m : "that"))}."];
        if (answer.Minutes > request.Minutes)
            errors["minutes"] = [$"The request asks for {request.Minutes} minutes, not {answer.Minutes}."];
        if (errors.Count > 0)
            return new Refusal(422, "scope-widened", "Nobody grants more than was asked",
                string.Join(" ", errors.SelectMany(e => e.Value)), "Approve the same or less; the engineer can ask for more.", errors);
        if (answer.Operations is { Count: 0 })
            errors["operations"] = ["Leave at least one operation, or deny the request."];
        if (answer.Minutes < LifecycleOptions.MinMinutes)
            errors["minutes"] = ["Grant at least one minute, or deny the request."];
        return errors.Count > 0 ? Refusals.Invalid(errors) : null;
    }

    /// <summary>An operation that means something else by now would be denied at every use (<c>catalogue-changed</c>).</summary>
    private bool IsCurrent(ResolvedScope scope) =>
        _catalogue.Current.Find(scope.Target) is { } target
        && scope.Operations.All(o => target.Operations.FirstOrDefault(t => t.Name == o.Name) is { } now && Scopes.SameDefinition(o, now));

    private Grant NewGrant(Actor actor, AccessRequest request, ResolvedScope scope, DateTimeOffset now, int minutes)
    {
        var json = Scopes.Canonical(scope);
        return new Grant
        {
            Id = _time.NewId(), RequestId = request.Id, Tenant = request.Tenant, Target = request.Target, HolderId = request.RequesterId,
            ApproverId = actor.PersonId, Scope = json, ScopeHash = Scopes.Hash(json), NotBefore = now, NotAfter = now.AddMinutes(minutes),
            Version = 1, EntryId = _time.NewId(), EntryIndex = -1,
        };
    }

    private static Refusal NotInLog { get; } = new(403, "not-in-log", "This request is not what was asked",
        "What the database says of this request does not match the audit log, so nothing was granted: somebody may have changed the database.",
        "Deny it and tell an administrator; the engineer asks again.");

    private static Refusal CatalogueChanged { get; } = new(409, "catalogue-changed", "The operations changed since this was asked",
        "An administrator changed what these operations mean after the request was made.", "Deny it; the engineer asks again and you see what it means now.");
}
