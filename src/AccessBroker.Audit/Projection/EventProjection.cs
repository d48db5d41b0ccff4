using System.Text.Json;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>Pure: what an entry's body says, as the columns that people search.</summary>
internal static class EventProjection
{
    private static readonly string[] SearchableText = ["code", "reason", "result", "ticket", "detail", "role"];

    /// <summary>Opens the entry. One whose stored body is not its own is shown as <c>unreadable</c>, and hides none of the others.</summary>
    /// <param name="fault">Why it cannot be read.</param>
    public static AuditEvent Of(StoredEntry entry, IDataKeys keys, string tenant, out InvalidDataException? fault)
    {
        try
        {
            fault = null;
            return From(entry, entry.Open(keys)?.Body, tenant);
        }
        catch (InvalidDataException e)
        {
            fault = e;
            return From(entry, null, tenant) with { Kind = "unreadable" };
        }
    }

    /// <param name="body">Null where erased: time, class and place survive.</param>
    /// <param name="tenant">Whose trail it is, for what no body says any more.</param>
    public static AuditEvent From(StoredEntry entry, byte[]? body, string tenant)
    {
        var header = entry.Header;
        var leaf = Merkle.HashLeaf(entry.HeaderBytes.Span);
        var reference = header.Ref == Guid.Empty ? (Guid?)null : header.Ref;
        if (body is null)
            return Empty(entry, tenant, reference, leaf);
        using var document = JsonDocument.Parse(body);
        var json = document.RootElement;
        var kind = Text(json, "kind") ?? "";
        return new AuditEvent(
            entry.Index, (long)header.Seq, header.Time, header.Class, header.Id, reference, kind, Text(json, "tenant") ?? tenant, Text(json, "actor"),
            Text(json, "grant"), Text(json, "session"), Text(json, "target"), Text(json, "operation"), Cut(Text(json, "method"), 20), Cut(Text(json, "host"), 260),
            Cut(Text(json, "path"), 2000), Text(json, "ip"), Text(json, "ticket"), Number(json, "status"), OutcomeOf(kind),
            Cut(string.Join(' ', SearchableText.Select(name => Text(json, name)).Where(t => t is not null)), 2400), leaf);
    }

    private static AuditEvent Empty(StoredEntry entry, string tenant, Guid? reference, byte[] leaf) => new(
        entry.Index, (long)entry.Header.Seq, entry.Header.Time, entry.Header.Class, entry.Header.Id, reference, "erased", tenant,
        null, null, null, null, null, null, null, null, null, null, null, null, null, leaf);

    private static string? OutcomeOf(string kind) => kind switch
    {
        "http.intent" => "allowed",
        "http.denied" => "denied",
        _ => null,
    };

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
