using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;

namespace AccessBroker.Grants;

/// <summary>Erasure orders as people see them.</summary>
internal sealed class ErasureViews(PeopleRegister people)
{
    public async Task<ErasureView> OneAsync(BrokerDbContext context, ErasureOrder order, CancellationToken cancellationToken) =>
        (await ManyAsync(context, [order], cancellationToken))[0];

    public async Task<IReadOnlyList<ErasureView>> ManyAsync(BrokerDbContext context, IReadOnlyList<ErasureOrder> orders, CancellationToken cancellationToken)
    {
        var name = await people.NamesAsync(context, orders.SelectMany(o => new[] { o.ProposedBy, o.DecidedBy ?? o.ProposedBy }), cancellationToken);
        return [.. orders.Select(o => new ErasureView(
            o.Id, o.Tenant, o.What, o.Authority, o.Reason, o.State.ToString().ToLowerInvariant(), name(o.ProposedBy), o.ProposedAt,
            o.DecidedBy is { } by ? name(by) : null, o.DecidedAt, o.DoneAt, o.Erased, o.EntryIndex))];
    }
}
