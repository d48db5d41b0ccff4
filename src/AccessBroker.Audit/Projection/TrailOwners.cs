using System.Collections.Concurrent;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Which customer a trail is of. A trail's id is an HMAC, so it is found by computing the ids of all customers.</summary>
internal sealed class TrailOwners(IErasureStore store, ILogKeys keys)
{
    private readonly ConcurrentDictionary<Hash32, string> _known = new();

    /// <returns><c>_system</c> also for a customer that this database does not know.</returns>
    public async ValueTask<string> OfAsync(Hash32 trail, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(trail, out var tenant))
            return tenant;
        _known[keys.TrailOf(TrailId.System)] = TrailId.System;
        foreach (var customer in await store.TenantsAsync(cancellationToken))
            _known[keys.TrailOf(customer)] = customer;
        return _known.GetValueOrDefault(trail, TrailId.System);
    }
}
