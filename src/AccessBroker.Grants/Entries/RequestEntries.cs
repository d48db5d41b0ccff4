using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>request.*</c> and <c>review.*</c>, on the customer's trail.</summary>
internal static class RequestEntries
{
    public static EntryDraft Created(Actor actor, AccessRequest request, ResolvedScope scope) =>
        new(EntryClass.Event, request.Tenant, request.EntryId, default, CreatedBody(request, scope, actor.SignIn, Entry.Trace));

    /// <summary>A function of the row but for the two circumstances, which an entry read back gives itself; see <see cref="GrantEntries.CreatedBody"/>.</summary>
    /// <param name="signIn">How the engineer signed in.</param>
    /// <param name="trace">W3C trace id, where there is one.</param>
    public static byte[] CreatedBody(AccessRequest request, ResolvedScope scope, string? signIn, string? trace) =>
        About(Entry.Body("request.created", Entry.Id(request.RequesterId), request.Tenant).Add("sign_in", signIn).Add("trace_id", trace), request)
            .Add("reason_code", request.ReasonCode)
            .Add("reason", request.Reason)
            .Add("ticket", request.Ticket)
            .Add("minutes", request.Minutes)
            .Add("expires_at", Entry.Micros(request.ExpiresAt))
            .Add("scope", Scopes.ToBody(scope))
            .ToBytes();

    public static EntryDraft Cancelled(Actor actor, AccessRequest request, Guid id) =>
        Entry.Event(request.Tenant, id, About(Entry.Traced("request.cancelled", actor, request.Tenant), request), request.EntryId);

    public static EntryDraft Expired(AccessRequest request, Guid id) =>
        Entry.Event(request.Tenant, id, About(Entry.BySystem("request.expired", request.Tenant), request), request.EntryId);

    /// <param name="terms">What was granted, with its text.</param>
    /// <param name="confirmed">The page or program gave the text's hash back: it had the text. Else it only said yes.</param>
    public static EntryDraft Approved(Actor actor, AccessRequest request, Review review, Guid grant, ConsentTerms terms, bool confirmed) => Entry.Event(
        request.Tenant, review.EntryId,
        Entry.Traced("review.approved", actor, request.Tenant)
            .Add("request", Entry.Id(request.Id))
            .Add("requester", Entry.Id(request.RequesterId))
            .Add("target", request.Target)
            .Add("grant", Entry.Id(grant))
            .Add("review", Entry.Id(review.Id))
            .Add("scope_hash", review.ScopeHash)
            .Add("minutes", terms.Minutes)
            .Add("shown", terms.Text)
            .Add("shown_sha256", terms.Shown)
            .Add("shown_confirmed", confirmed)
            .Add("attested", "server"), // until the approver's passkey signs the hash of what was shown
        request.EntryId);

    /// <param name="shown">The request as the approver had it before them (<see cref="ConsentDrafting.AsAsked"/>).</param>
    public static EntryDraft Denied(Actor actor, AccessRequest request, Review review, string shown) => Entry.Event(
        request.Tenant, review.EntryId,
        About(Entry.Traced("review.denied", actor, request.Tenant), request)
            .Add("review", Entry.Id(review.Id))
            .Add("reason", review.Reason)
            .Add("shown", shown)
            .Add("shown_sha256", ConsentTerms.HashOf(shown))
            .Add("attested", "server"),
        request.EntryId);

    /// <summary>The broker did not take an approver's answer, because the request is not the one in the log.</summary>
    public static EntryDraft Refused(Actor actor, string tenant, Guid request, string reason, Guid id) => Entry.Event(
        tenant, id, Entry.Traced("review.refused", actor, tenant).Add("request", Entry.Id(request)).Add("reason", reason));

    private static BodyWriter About(BodyWriter body, AccessRequest request) => body
        .Add("request", Entry.Id(request.Id))
        .Add("requester", Entry.Id(request.RequesterId))
        .Add("target", request.Target)
        .Add("scope_hash", request.ScopeHash);
}
