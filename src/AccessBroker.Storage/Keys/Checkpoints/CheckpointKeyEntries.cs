using System.Text.Json;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Storage;

/// <summary>
/// The bodies of class 5 about checkpoint keys, on <c>_system</c> (AUDIT-LOG.md, Signing: Rotation). What they say is what holds:
/// the rows of the database only keep the keys.
/// </summary>
internal static class CheckpointKeyEntries
{
    private const string AddedKind = "log.key_added", RetiredKind = "log.key_retired";

    /// <param name="by">The operating-system user who ran the rotation: no more can be known there.</param>
    public static EntryDraft Added(KeySuccession succession, string by, Guid id) => Draft(id, Body(AddedKind, succession.New, by)
        .Add("replaces", succession.Old.ToString()).Add("until", Microseconds.From(succession.Until)).Add("statement", succession.Statement));

    public static EntryDraft Retired(VerifierKey key, Guid id) => Draft(id, Body(RetiredKind, key, TrailId.System));

    /// <returns>What the entry says, or null where it adds no key.</returns>
    public static KeySuccession? ReadAdded(OpenedEntry entry, Hash32 system)
    {
        if (entry is not { Body: { } body, Header.Class: EntryClass.Key } || entry.Header.Trail != system)
            return null;
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return Text(root, "kind") == AddedKind && VerifierKey.TryParse(Text(root, "key"), out var key, out _)
            && VerifierKey.TryParse(Text(root, "replaces"), out var old, out _) && root.TryGetProperty("until", out var until)
            && Text(root, "statement") is { } statement
                ? new KeySuccession(old, key, Microseconds.ToInstant(until.GetInt64()), statement)
                : null;
    }

    private static BodyWriter Body(string kind, VerifierKey key, string by) => new BodyWriter()
        .Add("kind", kind).Add("actor", TrailId.System).Add("tenant", TrailId.System).Add("by", by).Add("purpose", CheckpointKeys.Purpose).Add("key", key.ToString());

    private static EntryDraft Draft(Guid id, BodyWriter body) => new(EntryClass.Key, TrailId.System, id, Guid.Empty, body.ToBytes());

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
