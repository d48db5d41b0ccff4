using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// One entry as one line for a receiver that is told as it happens. Without its content, the line says who, when, which operation and how it
/// ended, by the ids of people, grants and sessions; not what people wrote, whose records were read, or from where.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A MemoryStream holds nothing but memory.")]
public sealed class EntryLine
{
    /// <summary>Members of a body that are no customer's content. What is not named here does not leave: a new member waits until somebody looks at it.</summary>
    private static readonly HashSet<string> Metadata = new(StringComparer.Ordinal)
    {
        "kind", "actor", "tenant", "grant", "session", "request", "target", "operation", "method", "status", "scope_hash", "bytes", "ms", "code", "form", "trace_id", "result", "anomaly",
    };

    private readonly MemoryStream _line = new();
    private readonly NdjsonFile? _json;
    private readonly OcsfFile? _ocsf;
    private readonly bool _content;

    /// <param name="format"><see cref="EntryFormat.Ndjson"/> or <see cref="EntryFormat.Ocsf"/>.</param>
    /// <param name="content">The whole body, which is the customer's.</param>
    public EntryLine(EntryFormat format, bool content)
    {
        _content = content;
        if (format == EntryFormat.Ndjson)
            _json = new NdjsonFile(_line, content ? "body" : "metadata");
        else if (format == EntryFormat.Ocsf)
            _ocsf = new OcsfFile(_line);
        else
            throw new ArgumentOutOfRangeException(nameof(format), format, "Only formats of lines.");
    }

    /// <summary>The line with its line feed, valid until the next call; empty where the format has none for this entry.</summary>
    public ReadOnlySpan<byte> Of(in BundleEntry entry)
    {
        _line.SetLength(0);
        if (!EntryHeader.TryRead(entry.Header.Span, out var header, out var error))
            throw new ArgumentException($"Entry {entry.Index}: {error}.", nameof(entry));
        var body = entry.State == BodyState.Present && !_content ? Reduce(entry.Body) : entry.Body.Span;
        _json?.Write(entry.Index, entry.Header.Span, header, entry.State, body);
        _ocsf?.Write(entry.Index, Hash32.OfLeaf(entry.Header.Span), header, entry.State, body);
        return _line.GetBuffer().AsSpan(0, (int)_line.Length);
    }

    private static byte[] Reduce(ReadOnlyMemory<byte> body)
    {
        using var whole = JsonDocument.Parse(body);
        var reduced = new BodyWriter();
        foreach (var member in whole.RootElement.EnumerateObject().Where(m => Metadata.Contains(m.Name)))
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.String: reduced.Add(member.Name, member.Value.GetString()); break;
                case JsonValueKind.Number: reduced.Add(member.Name, member.Value.GetInt64()); break;
                case JsonValueKind.True or JsonValueKind.False: reduced.Add(member.Name, member.Value.GetBoolean()); break;
            }
        }
        return reduced.ToBytes();
    }
}
