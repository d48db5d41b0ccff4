namespace AccessBroker.Audit;

/// <summary>
/// This process' intents that have no outcome yet, and the boot that each was written under. Only the committer's thread uses it.
/// As large as the number of requests in flight.
/// </summary>
internal sealed class OpenIntents
{
    private readonly Dictionary<Guid, NodeBoot> _boots = [];

    public void Opened(Guid intent, NodeBoot boot) => _boots[intent] = boot;

    public void Closed(Guid intent) => _boots.Remove(intent);

    /// <summary>
    /// Was the intent written under a boot that this process has lost? Then a reaper closes it, and an outcome would be its second,
    /// which no verifier accepts.
    /// </summary>
    public bool IsReapers(Guid intent, NodeBoot now) => _boots.TryGetValue(intent, out var boot) && boot != now;
}
