using AccessBroker.Access;
using AccessBroker.Audit;
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
    private readonly ConsentDrafting _drafting;
    private readonly IAuditLog _log;
    private readonly BrokerDbContext _context;
    private readonly TimeProvider _time;

    internal ApproveAccess(
        ReviewRules rules, LogProof proof, RecordedChange changes, RequestViews requests, GrantViews grants, ConsentDrafting drafting, IAuditLog log,
        BrokerDbContext context, TimeProvider time) =>
        (_rules, _proof, _changes, _requests, _grants, _drafting, _log, _context, _time) =
            (rules, proof, changes, requests, grants, drafting, log, context, time);

    /// <returns>
    /// The grant, which begins now; 404; 403 <c>own-request</c>, <c>not-an-approver</c>, <c>not-in-log</c>; 409 <c>already-decided</c>,
    /// <c>request-expired</c>, <c>changed-meanwhile</c>, <c>catalogue-changed</c>, <c>consent-not-shown</c>, <c>requester-left</c>; 422 <c>scope-widened</c>, <c>invalid</c>; 503 <c>audit-unavailable</c>.
    /// </returns>
    public async Task<Outcome<GrantView>> RunAsync(Actor actor, Guid id, ApproveRequest answer, CancellationToken cancellationToken)
    {
        var made = await _changes.RunAsync<Grant>(
            (context, append, token) => ApproveAsync(context, append, actor, id, answer, token), cancellationToken);
        if (made.Succeeded)
            return await _grants.OneAsync(_context, made.Value, cancellationToken);
        if (made.Refusal == NotInLog)
            await Attempts.RecordAsync(_log, await RefusedAsync(actor, id, cancellationToken), cancellationToken);
        return made.Refusal;
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
        if (!await context.RoleAssignments.AnyAsync(a => a.PersonId == request!.RequesterId && a.Role == Role.Engineer && a.RemovedAt == null, cancellationToken))
            return RequesterLeft;
        var asked = await _requests.OneAsync(context, request!, cancellationToken); // before the change: the request as it was read
        var drafted = _drafting.Draft(request!, asked, answer.Minutes, answer.Operations);
        if (!drafted.Succeeded)
            return drafted.Refusal;
        var terms = drafted.Value;
        if (answer.Shown is { } shown && shown != terms.Shown)
            return NotShown;

        var now = _time.Now();
        var grant = NewGrant(actor, request!, terms, now);
        var review = new Review
        {
            Id = _time.NewId(), RequestId = request!.Id, Tenant = request.Tenant, ReviewerId = actor.PersonId, Answer = ReviewAnswer.Approve,
            ScopeHash = grant.ScopeHash, At = now, EntryId = _time.NewId(), EntryIndex = -1,
        };
        (request.State, request.DecidedAt, request.DecidedBy, request.GrantId) = (RequestState.Approved, now, actor.PersonId, grant.Id);
        request.Version++;
        context.Grants.Add(grant);
        context.Reviews.Add(review);

        var entries = await append(
            RequestEntries.Approved(actor, request, review, grant.Id, terms, confirmed: answer.Shown is not null),
            GrantEntries.Created(grant, terms.Scope));
        (review.EntryIndex, grant.EntryIndex) = (entries[0].Index, entries[1].Index);
        return grant;
    }

    private Grant NewGrant(Actor actor, AccessRequest request, ConsentTerms terms, DateTimeOffset now) => new()
    {
        Id = _time.NewId(), RequestId = request.Id, Tenant = request.Tenant, Target = request.Target, HolderId = request.RequesterId,
        ApproverId = actor.PersonId, Scope = terms.Json, ScopeHash = terms.ScopeHash, NotBefore = now, NotAfter = now.AddMinutes(terms.Minutes),
        Version = 1, EntryId = _time.NewId(), EntryIndex = -1,
    };

    /// <summary>The row is not to be believed, so the entry names it and repeats nothing of it but the customer, whose approver this is.</summary>
    private async Task<EntryDraft> RefusedAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var tenant = await _context.Requests.Where(r => r.Id == id).Select(r => r.Tenant).SingleAsync(cancellationToken);
        return RequestEntries.Refused(actor, tenant, id, "not-in-log", _time.NewId());
    }

    private static Refusal NotInLog { get; } = new(403, "not-in-log", "This request is not what was asked",
        "What the database says of this request does not match the audit log, so nothing was granted: somebody may have changed the database.",
        "Deny it and tell an administrator; the engineer asks again.");

    private static Refusal RequesterLeft { get; } = new(409, "requester-left", "Whoever asked is no engineer any more",
        "The vendor took the role of an engineer away from whoever asked for this, so there is nobody to grant it to.", "Deny the request; another engineer asks again if it is still needed.");

    private static Refusal NotShown { get; } = new(409, "consent-not-shown", "This is not the text that was shown",
        "What would be approved now reads differently from what was on the screen: the choice was changed, or the request was. Nothing was granted.",
        "Read the text as it is now and approve it again.");
}
