using System.Diagnostics.CodeAnalysis;

namespace AccessBroker.Evidence;

/// <summary>
/// One entry as one line for a receiver that is told as it happens, whole or without its content (<see cref="BodyMetadata"/>).
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A MemoryStream holds nothing but memory.")]
public sealed class EntryLine
{
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
        var body = entry.State == BodyState.Present && !_content ? BodyMetadata.Of(entry.Body) : entry.Body.Span;
        _json?.Write(entry.Index, entry.Header.Span, header, entry.State, body);
        _ocsf?.Write(entry.Index, Hash32.OfLeaf(entry.Header.Span), header, entry.State, body);
        return _line.GetBuffer().AsSpan(0, (int)_line.Length);
    }
}
