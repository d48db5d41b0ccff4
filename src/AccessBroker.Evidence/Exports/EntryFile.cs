namespace AccessBroker.Evidence;

/// <summary>
/// Chosen entries as one file, one entry in memory at a time (Parquet: one row group). It proves nothing: whoever needs proof takes a bundle.
/// </summary>
public sealed class EntryFile
{
    private readonly NdjsonFile? _lines;
    private readonly EntriesCsv? _csv;
    private readonly EntriesParquet? _parquet;
    private readonly OcsfFile? _ocsf;
    private readonly bool _content;

    /// <param name="output">Written to until <see cref="Complete"/>; stays open.</param>
    /// <param name="content">Whole bodies, which are the customer's; else what <see cref="BodyMetadata"/> leaves of them.</param>
    public EntryFile(EntryFormat format, Stream output, bool content = true)
    {
        _content = content;
        switch (format)
        {
            case EntryFormat.Ndjson: _lines = new NdjsonFile(output, content ? "body" : "metadata"); break;
            case EntryFormat.Csv: _csv = new EntriesCsv(output); break;
            case EntryFormat.Parquet: _parquet = new EntriesParquet(output); break;
            case EntryFormat.Ocsf: _ocsf = new OcsfFile(output); break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, null);
        }
    }

    /// <summary>Adds an entry. OCSF has no line for the log's own entries and for bodies that are not there.</summary>
    /// <exception cref="ArgumentException">Not a header.</exception>
    public void Add(in BundleEntry entry)
    {
        var bytes = entry.Header.Span;
        if (!EntryHeader.TryRead(bytes, out var header, out var error))
            throw new ArgumentException($"Entry {entry.Index}: {error}.", nameof(entry));
        var leaf = Hash32.OfLeaf(bytes);
        var body = entry.State == BodyState.Present && !_content ? BodyMetadata.Of(entry.Body) : entry.Body.Span;
        _lines?.Write(entry.Index, bytes, header, entry.State, body);
        _csv?.Write(entry.Index, leaf, header, entry.State, body);
        _parquet?.Write(entry.Index, leaf, header, entry.State, body);
        _ocsf?.Write(entry.Index, leaf, header, entry.State, body);
    }

    /// <summary>Writes what stands at the end.</summary>
    public void Complete() => _parquet?.Complete();
}
