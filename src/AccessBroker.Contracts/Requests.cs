namespace AccessBroker.Contracts;

/// <summary><c>POST /api/v1/requests</c>: an engineer asks for access.</summary>
/// <param name="Minutes">1–480.</param>
/// <param name="ReasonCode">One of customer-support, vendor-initiated-service, security-review, legal-request, production-alert.</param>
/// <param name="Reason">10–2000 characters.</param>
/// <param name="Mask">JSONPaths to mask; refused until masking is enforced.</param>
public sealed record CreateRequest(
    string Tenant, string Target, IReadOnlyList<string> Operations, int Minutes, string ReasonCode, string Reason,
    string? Ticket = null, IReadOnlyList<string>? Mask = null, RequestLimits? Limits = null);

/// <summary>Limits of a scope; refused until they are enforced.</summary>
public sealed record RequestLimits(long? Requests = null, long? Bytes = null);

/// <param name="Name">Such as <c>tickets.read</c>.</param>
/// <param name="Sentence">In the customer's words.</param>
/// <param name="Methods">HTTP methods.</param>
/// <param name="Paths">Path templates with the customer already filled in.</param>
public sealed record OperationView(string Name, string Sentence, IReadOnlyList<string> Methods, IReadOnlyList<string> Paths, bool Writes);

public sealed record PersonView(Guid Id, string Name, string Organisation);

/// <param name="State">pending, approved, denied, cancelled, expired.</param>
/// <param name="Version">Give it back when deciding, so that a changed request is noticed (409).</param>
/// <param name="WillNotBeAbleTo">Sentences of the target's operations that are not asked for.</param>
/// <param name="EntryIndex">Log index of the entry that recorded it.</param>
public sealed record RequestView(
    Guid Id, string Tenant, string Target, string TargetTitle, PersonView Requester, string ReasonCode, string Reason, string? Ticket,
    int Minutes, IReadOnlyList<OperationView> Operations, IReadOnlyList<string> WillNotBeAbleTo, string ScopeHash, bool SharedCredential,
    string State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, PersonView? DecidedBy, DateTimeOffset? DecidedAt, string? DenialReason,
    Guid? GrantId, int Version, long EntryIndex);

/// <summary><c>POST /api/v1/requests/{id}/approve</c>: approve, or approve with less. Never more (422 <c>scope-widened</c>).</summary>
/// <param name="Version">The version that was shown.</param>
/// <param name="Minutes">Null: as asked.</param>
/// <param name="Operations">Null: as asked.</param>
/// <param name="Shown"><see cref="ConsentView.Shown"/> of the text that was on the screen; another text than that is not approved
/// (409 <c>consent-not-shown</c>). Null: nobody was shown a text, and the log says so.</param>
public sealed record ApproveRequest(int Version, int? Minutes = null, IReadOnlyList<string>? Operations = null, string? Shown = null);

/// <summary><c>GET /api/v1/requests/{id}/consent</c>: what approving this much grants, in the words that the log will hold.</summary>
/// <param name="Version">The request's version.</param>
/// <param name="ScopeHash">Of the scope that would be granted.</param>
/// <param name="Text">Plain text, lines ended by LF.</param>
/// <param name="Shown">SHA-256 of the text's UTF-8 bytes, lower-case hex: give it back when approving.</param>
public sealed record ConsentView(int Version, int Minutes, IReadOnlyList<string> Operations, string ScopeHash, string Text, string Shown);

public sealed record DenyRequest(int Version, string? Reason = null);
