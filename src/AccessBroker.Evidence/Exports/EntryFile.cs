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

    /// <param name="output">Written to until <see cref="Complete"/>; stays open.</param>
    public EntryFile(EntryFormat format, Stream output)
    {
        switch (format)
        {
            case EntryFormat.Ndjson: _lines = new NdjsonFile(output); break;
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
        _lines?.Write(entry.Index, bytes, header, entry.State, entry.Body.Span);
        _csv?.Write(entry.Index, leaf, header, entry.State, entry.Body.Span);
        _parquet?.Write(entry.Index, leaf, header, entry.State, entry.Body.Span);
        _ocsf?.Write(entry.Index, leaf, header, entry.State, entry.Body.Span);
    }

    /// <summary>Writes what stands at the end.</summary>
    public void Complete() => _parquet?.Complete();
}
