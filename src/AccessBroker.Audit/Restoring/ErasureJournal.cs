using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>
/// What was erased early, kept outside the database, so that a restored backup cannot bring it back: one line an erasure, written
/// before the first of its bodies goes. The lines hold ids, authority and reason, as the log itself does, and nothing of what was erased.
/// </summary>
internal sealed partial class ErasureJournal(IOptions<AuditOptions> options)
{
    private const string FileName = "erasures.jsonl";
    private readonly Lock _lock = new();

    private string? File => options.Value.Memory is { Length: > 0 } folder ? Path.Combine(folder, FileName) : null;

    /// <summary>Adds an erasure; durable when it returns.</summary>
    /// <param name="to">Nothing from this index on is meant: the log's size at that time.</param>
    /// <returns>The journal's id and this line's number from 1; null where none is kept.</returns>
    /// <exception cref="IOException">It cannot be written: then nothing may be erased.</exception>
    public (string Journal, long Line)? Add(Erasure order, long to)
    {
        if (File is not { } file)
            return null;
        lock (_lock)
        {
            if (!System.IO.File.Exists(file))
                OwnFiles.AppendLine(file, JsonSerializer.Serialize(new Heading(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))), JournalJson.Default.Heading));
            var line = new JournalLine(
                order.Tenant, order.What.Entries is { } entries ? [.. entries.Order()] : null, order.What.Person, to, order.ProposedBy, order.ConfirmedBy, order.Authority, order.Reason);
            OwnFiles.AppendLine(file, JsonSerializer.Serialize(line, JournalJson.Default.JournalLine));
            var (journal, lines) = Read(file);
            return (journal, lines.Count);
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public (string Journal, IReadOnlyList<Erasure> Lines)? ReadAll()
    {
        lock (_lock)
            return File is { } file && System.IO.File.Exists(file) ? Read(file) : null;
    }

    private static (string Journal, IReadOnlyList<Erasure> Lines) Read(string file)
    {
        var lines = System.IO.File.ReadAllLines(file);
        try
        {
            var heading = JsonSerializer.Deserialize(lines[0], JournalJson.Default.Heading)!;
            // A crash while a line was written leaves a part of it, and nothing was erased yet: the next attempt wrote it again.
            return (heading.Journal, [.. lines.Skip(1).Where(l => l.EndsWith('}')).Select(l => JsonSerializer.Deserialize(l, JournalJson.Default.JournalLine)!.ToErasure())]);
        }
        catch (Exception e) when (e is JsonException or IndexOutOfRangeException or NullReferenceException)
        {
            throw new InvalidDataException($"The journal of erasures {file} cannot be read: {e.Message} Put back its copy. Without it, what a restored backup brings back stays readable.", e);
        }
    }

    private sealed record Heading(string Journal);

    private sealed record JournalLine(
        string Tenant, IReadOnlyList<long>? Entries, Guid? Person, long To, Guid ProposedBy, Guid ConfirmedBy, string Authority, string Reason)
    {
        public Erasure ToErasure() =>
            new(Tenant, new ErasureSelection { Entries = Entries?.ToHashSet(), Person = Person, To = To }, ProposedBy, ConfirmedBy, Authority, Reason) { IsReplay = true };
    }

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Heading)), JsonSerializable(typeof(JournalLine))]
    private sealed partial class JournalJson : JsonSerializerContext;
}
