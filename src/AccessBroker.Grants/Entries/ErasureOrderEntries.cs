using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>admin.erasure.*</c>, on the customer's trail. What is erased has an entry of class 7 each, by the log itself.</summary>
internal static class ErasureOrderEntries
{
    public static EntryDraft Proposed(ErasureOrder order) => new(EntryClass.Event, order.Tenant, order.EntryId, default, ProposedBody(order));

    /// <summary>A function of the row alone; see <see cref="LogProof"/>.</summary>
    public static byte[] ProposedBody(ErasureOrder order) =>
        Entry.Body("admin.erasure.proposed", Entry.Id(order.ProposedBy), order.Tenant)
            .Add("erasure", Entry.Id(order.Id)).Add("what", order.What).Add("authority", order.Authority).Add("reason", order.Reason)
            .Add("at", Entry.Micros(order.ProposedAt)).ToBytes();

    public static EntryDraft Decided(ErasureOrder order) =>
        new(EntryClass.Event, order.Tenant, order.DecisionId!.Value, order.EntryId, DecidedBody(order, order.State != ErasureState.Rejected));

    /// <summary>A function of the row alone; see <see cref="LogProof"/>.</summary>
    public static byte[] DecidedBody(ErasureOrder order, bool confirmed) =>
        Entry.Body(confirmed ? "admin.erasure.confirmed" : "admin.erasure.rejected", Entry.Id(order.DecidedBy!.Value), order.Tenant)
            .Add("erasure", Entry.Id(order.Id)).Add("proposed_by", Entry.Id(order.ProposedBy)).Add("what", order.What)
            .Add("at", Entry.Micros(order.DecidedAt!.Value)).ToBytes();

    public static EntryDraft Done(ErasureOrder order, Guid id) => Entry.Event(
        order.Tenant, id, Entry.BySystem("admin.erasure.done", order.Tenant).Add("erasure", Entry.Id(order.Id)).Add("bodies", order.Erased), order.EntryId);
}
