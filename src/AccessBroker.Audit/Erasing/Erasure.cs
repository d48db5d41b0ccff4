namespace AccessBroker.Audit;

/// <summary>What is to be forgotten before its retention ends, and on whose word: two people, one of them the customer's.</summary>
/// <param name="Tenant">Whose trail; only entries of it are touched.</param>
/// <param name="Authority">What entitles to it, such as "GDPR Art. 17, request of 3 March".</param>
/// <param name="Reason">Why, in words that may stand on the trail for ever.</param>
public sealed record Erasure(string Tenant, ErasureSelection What, Guid ProposedBy, Guid ConfirmedBy, string Authority, string Reason)
{
    /// <summary>It was carried out before, and a restored backup brought the bodies back.</summary>
    internal bool IsReplay { get; init; }
}

/// <summary>Which bodies of a trail. Classes 4–7 are never among them, nor is what the broker still needs to honour a role or a grant.</summary>
public sealed record ErasureSelection
{
    /// <summary>Log indices; null: any.</summary>
    public IReadOnlySet<long>? Entries { get; init; }

    /// <summary>Bodies that name this person; null: anybody's.</summary>
    public Guid? Person { get; init; }

    /// <summary>Nothing from this log index on; null: up to the log's end.</summary>
    internal long? To { get; init; }

    /// <summary>Nothing before this index is meant.</summary>
    internal long From => Entries is { Count: > 0 } ? Entries.Min() : 0;

    /// <summary>Nothing from this index on is meant.</summary>
    internal long Below => Math.Min(To ?? long.MaxValue, Entries is { Count: > 0 } ? Entries.Max() + 1 : long.MaxValue);

    internal bool Matches(long index, byte[] body) =>
        (To is null || index < To) && (Entries is null || Entries.Contains(index)) && (Person is not { } person || NamedPeople.In(body).Contains(person));
}
