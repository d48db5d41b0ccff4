namespace AccessBroker.Contracts;

/// <summary><c>POST /api/v1/erasures</c>: propose to forget bodies of a customer's trail. Exactly one of the three says which.</summary>
/// <param name="Tenant">The customer; <c>_system</c> for one of the vendor's staff, who must have left, and then <paramref name="Person"/> says who.</param>
/// <param name="Authority">What entitles to it, such as a law or a person's request; 5–200 characters, on the trail for ever.</param>
/// <param name="Reason">10–2000 characters, on the trail for ever.</param>
/// <param name="Entries">Log indices, at most 1,000.</param>
/// <param name="Person">Every body that names this person.</param>
/// <param name="Everything">Every body of the trail, as when a customer leaves.</param>
public sealed record ProposeErasure(
    string Tenant, string Authority, string Reason, IReadOnlyList<long>? Entries = null, Guid? Person = null, bool Everything = false);

/// <param name="What"><c>everything</c>, <c>person:{id}</c> or <c>entries:1,2,3</c>.</param>
/// <param name="State">proposed, confirmed (being carried out), rejected, done.</param>
/// <param name="Erased">Bodies erased so far.</param>
/// <param name="EntryIndex">Log index of the entry that proposed it.</param>
public sealed record ErasureView(
    Guid Id, string Tenant, string What, string Authority, string Reason, string State, PersonView ProposedBy, DateTimeOffset ProposedAt,
    PersonView? DecidedBy, DateTimeOffset? DecidedAt, DateTimeOffset? DoneAt, long Erased, long EntryIndex);
