using System.Globalization;
using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Which bodies go into a bundle. Headers always go in whole: a filter hides content, never that something happened.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Grant">Bodies of this grant only.</param>
/// <param name="Actor">Bodies of this person only.</param>
public sealed record ExportFilter(DateTimeOffset? From = null, DateTimeOffset? To = null, Guid? Grant = null, Guid? Actor = null)
{
    public static ExportFilter Everything { get; } = new();

    public bool IsEverything => this == Everything;

    /// <summary>As the manifest states it; null for everything.</summary>
    public override string ToString() => string.Join(' ', Terms());

    /// <summary>Classes 4–7 are never withheld: proofs and erasures rest on them.</summary>
    internal bool Keeps(in EntryHeader header, byte[] body)
    {
        if (IsEverything || header.Class >= EntryClass.Heads)
            return true;
        return Chooses(header, body);
    }

    /// <summary>Whether an entry is one of those asked for, whatever its class.</summary>
    internal bool Chooses(in EntryHeader header, byte[] body)
    {
        if (!IsWithin(header))
            return false;
        if (Grant is null && Actor is null)
            return true;
        using var json = JsonDocument.Parse(body);
        return Matches(json.RootElement, "grant", Grant) && Matches(json.RootElement, "actor", Actor);
    }

    /// <summary>Whose an erased entry was, nobody can say any more: only its time chooses it.</summary>
    internal bool KeepsErased(in EntryHeader header) => Grant is null && Actor is null && IsWithin(header);

    private bool IsWithin(in EntryHeader header)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(header.Time * TimeSpan.TicksPerMicrosecond);
        return !(time < From || time >= To);
    }

    private static bool Matches(JsonElement body, string name, Guid? wanted) =>
        wanted is null || body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == wanted.Value.ToString("D");

    private IEnumerable<string> Terms()
    {
        if (From is not null || To is not null)
            yield return string.Create(CultureInfo.InvariantCulture, $"created:{From:yyyy-MM-dd'T'HH:mm:ss'Z'}..{To:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        if (Grant is not null)
            yield return $"grant:{Grant:D}";
        if (Actor is not null)
            yield return $"actor:{Actor:D}";
    }
}
