namespace AccessBroker.Audit;

/// <summary>What is to be forgotten before its retention ends, and on whose word: two people, one of them the customer's.</summary>
/// <param name="Tenant">Whose trail; only entries of it are touched.</param>
/// <param name="Authority">What entitles to it, such as "GDPR Art. 17, request of 3 March".</param>
/// <param name="Reason">Why, in words that may stand on the trail for ever.</param>
public sealed record Erasure(string Tenant, ErasureSelection What, Guid ProposedBy, Guid ConfirmedBy, string Authority, string Reason);

/// <summary>Which bodies of a trail. Classes 4–7 are never among them, nor is what the broker still needs to honour a role or a grant.</summary>
public sealed record ErasureSelection
{
    /// <summary>Log indices; null: any.</summary>
    public IReadOnlySet<long>? Entries { get; init; }

    /// <summary>Bodies that name this person; null: anybody's.</summary>
    public Guid? Person { get; init; }

    internal bool Matches(long index, byte[] body) =>
        (Entries is null || Entries.Contains(index)) && (Person is not { } person || NamedPeople.In(body).Contains(person));
}
