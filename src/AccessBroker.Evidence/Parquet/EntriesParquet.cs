namespace AccessBroker.Evidence;

/// <summary>
/// entries.parquet: the trail as a typed table for analysis, with the columns of entries.csv. One sequence of bytes follows from the entries
/// (no compression, no dictionaries, no statistics; a zip compresses it), so that a verifier writes it again and compares, and never has to
/// parse a file that somebody else made (ops/adr/0015-parquet-is-written-again.md).
/// </summary>
internal sealed class EntriesParquet
{
    private readonly Stream _output;
    private readonly EntryRows _rows = new();
    private readonly TableEntry _entry = new();

    public EntriesParquet(Stream output)
    {
        _output = output;
        output.Write(ParquetFooter.Magic);
    }

    public void Write(ulong index, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body) =>
        Write(index, _entry.Set(leaf, header, state, body));

    public void Write(ulong index, TableEntry entry)
    {
        _rows.AddIndex(index);
        _rows.Add(entry);
        if (_rows.IsFull)
            WriteGroup();
    }

    /// <summary>The last group and the footer. Nothing may follow.</summary>
    public void Complete()
    {
        if (_rows.Count > 0)
            WriteGroup();
        _output.Write(_rows.Footer());
        _output.Flush();
    }

    private void WriteGroup()
    {
        foreach (var (_, bytes) in _rows.TakeGroup())
            _output.Write(bytes.Span);
    }
}
