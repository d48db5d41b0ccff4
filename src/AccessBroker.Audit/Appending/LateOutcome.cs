using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// An outcome whose intent a reaper closes as <c>unknown</c>: what it says is kept, as an event that refers to the intent, and a
/// reader sees both.
/// </summary>
internal static class LateOutcome
{
    public const string Kind = "alert.outcome_late";

    /// <summary>The body is canonicalised anyway; this only keeps it from growing on the way there.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The same id and ref, class 3, the body's members but for <c>kind</c>.</returns>
    public static EntryDraft Of(EntryDraft outcome)
    {
        using var body = JsonDocument.Parse(outcome.Body);
        var late = new ArrayBufferWriter<byte>(outcome.Body.Length + Kind.Length);
        using (var writer = new Utf8JsonWriter(late, Plain))
        {
            writer.WriteStartObject();
            foreach (var member in body.RootElement.EnumerateObject().Where(m => !m.NameEquals("kind")))
                member.WriteTo(writer);
            writer.WriteString("kind", Kind);
            writer.WriteEndObject();
        }
        return outcome with { Class = EntryClass.Event, Body = CanonicalJson.Canonicalize(late.WrittenSpan) };
    }
}
