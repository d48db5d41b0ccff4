using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>The bodies of classes 6 and 7. They stand on the customer's trail under the deployment's key, and are never removed themselves.</summary>
internal static class ErasureEntries
{
    /// <summary>What survives of an erased entry besides its header: who did what kind of thing, by which operation.</summary>
    private static readonly string[] Survivors = ["kind", "actor", "operation"];

    public static EntryDraft Erased(Erasure order, StoredEntry entry, byte[] body, Guid id)
    {
        var erased = new BodyWriter()
            .Add("kind", "log.erased").Add("actor", order.ConfirmedBy.ToString("D")).Add("tenant", order.Tenant)
            .Add("proposed_by", order.ProposedBy.ToString("D")).Add("authority", order.Authority).Add("reason", order.Reason)
            .Add("index", entry.Index);
        if (order.IsReplay)
            erased.Add("replay", true);
        using var json = JsonDocument.Parse(body);
        foreach (var name in Survivors)
        {
            if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                erased.Add("erased_" + name, value.GetString());
        }
        return new EntryDraft(EntryClass.Erase, order.Tenant, id, entry.Header.Id, erased.ToBytes());
    }

    /// <param name="retention">The rule, such as <c>400.00:00:00</c>.</param>
    public static EntryDraft Pruned(string tenant, StoredEntry first, StoredEntry last, TimeSpan retention, Guid id) => new(
        EntryClass.Prune, tenant, id, Guid.Empty,
        new BodyWriter().Add("kind", "log.pruned").Add("actor", TrailId.System).Add("tenant", tenant)
            .Add("from_seq", (long)first.Header.Seq).Add("to_seq", (long)last.Header.Seq)
            .Add("from_index", first.Index).Add("to_index", last.Index)
            .Add("retention_days", (long)retention.TotalDays).ToBytes());
}
