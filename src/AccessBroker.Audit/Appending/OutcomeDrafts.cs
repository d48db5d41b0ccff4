using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Outcomes that the log itself appends: nobody else is left to say how the intent ended.</summary>
internal static class OutcomeDrafts
{
    /// <summary>The intent became durable after its caller had been refused: nothing was done.</summary>
    public static EntryDraft NotForwarded(EntryDraft intent, Guid id) => For(intent.Tenant, intent.Id, intent.Body, id, "not_forwarded", anomaly: false);

    /// <summary>The node died between intent and outcome: what happened is not known.</summary>
    public static EntryDraft Unknown(string tenant, Guid intentId, byte[]? intentBody, Guid id) => For(tenant, intentId, intentBody, id, "unknown", anomaly: true);

    private static EntryDraft For(string tenant, Guid intentId, byte[]? intentBody, Guid id, string result, bool anomaly)
    {
        var body = new BodyWriter().Add("result", result).Add("tenant", tenant);
        if (anomaly)
            body.Add("anomaly", true);
        if (intentBody is null)
        {
            body.Add("kind", "http.outcome").Add("actor", TrailId.System);
        }
        else
        {
            using var intent = JsonDocument.Parse(intentBody);
            body.Add("kind", intent.RootElement.GetProperty("kind").GetString()!.Replace(".intent", ".outcome", StringComparison.Ordinal));
            foreach (var name in (ReadOnlySpan<string>)["actor", "grant", "session", "target", "scope_hash"])
                body.Add(name, intent.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null);
        }
        return new EntryDraft(EntryClass.Outcome, tenant, id, intentId, body.ToBytes());
    }
}
