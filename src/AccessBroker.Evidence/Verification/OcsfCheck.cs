namespace AccessBroker.Evidence;

/// <summary>Writes ocsf.jsonl again from the proved headers and bodies and compares.</summary>
/// <remarks>Remembers the first difference and throws it last, so that what is cryptographically wrong is reported first.</remarks>
internal sealed class OcsfCheck(BundleReader files, ulong size) : IDisposable
{
    private readonly IndexedRows _rows = new(files.OpenHashed(BundleFiles.Ocsf), size);
    private readonly OcsfLine _line = new();
    private EvidenceException? _difference;

    public void Add(TableEntry entry)
    {
        if (_difference is not null)
            return;
        var rest = _line.AfterIndex(entry);
        if (rest.IsEmpty)
            return;
        if (!_rows.Next(OcsfLine.BeforeIndex))
            _difference = new EvidenceException(BundleFiles.Ocsf, null, entry.Header.Seq, "its line is missing, or begins otherwise than this version writes it");
        else if (!_rows.NextIndex())
            _difference = new EvidenceException(BundleFiles.Ocsf, "unmapped.idx", entry.Header.Seq, "is missing, does not ascend, or lies beyond the checkpoint");
        else if (!_rows.Next(rest))
            _difference = new EvidenceException(BundleFiles.Ocsf, null, entry.Header.Seq, "its line differs from the proved entry");
    }

    /// <exception cref="EvidenceException">A line differs, or there are more lines than entries.</exception>
    public void Complete()
    {
        if (_difference is null && !_rows.AtEnd())
            _difference = new EvidenceException(BundleFiles.Ocsf, null, null, "has more lines than there are entries");
        if (_difference is not null)
            throw _difference;
    }

    public void Dispose() => _rows.Dispose();
}
