using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// Exports chosen entries of a customer's trail as one file without proofs: only what the filter keeps, each opened body checked against its
/// commitment, so that what was changed in the database does not leave as a record.
/// </summary>
public sealed class EntryExporter
{
    private readonly IAuditRecords _records;
    private readonly IDataKeys _dataKeys;
    private readonly ILogKeys _keys;

    internal EntryExporter(IAuditRecords records, IDataKeys dataKeys, ILogKeys keys) => (_records, _dataKeys, _keys) = (records, dataKeys, keys);

    /// <param name="content">Whole bodies; else who, when, which operation and which result alone.</param>
    /// <param name="until">Only entries before this index; what is appended while the export runs is left out.</param>
    /// <exception cref="InvalidDataException">What is stored is not what was appended.</exception>
    public async Task WriteAsync(
        EntryFormat format, Stream output, string tenant, ExportFilter filter, bool content, long until, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        var trail = _keys.TrailOf(tenant);
        var file = new EntryFile(format, output, content);
        await foreach (var bundle in _records.ReadBundlesAsync(0, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index < until && e.Header.Trail == trail))
            {
                if (Choose(entry, filter) is { } chosen)
                    file.Add(chosen);
            }
            var read = bundle.FirstIndex + bundle.Count;
            progress?.Report(new ExportProgress(Math.Min(read, until), until));
            if (read >= until)
                break;
        }
        file.Complete();
    }

    private BundleEntry? Choose(StoredEntry entry, ExportFilter filter)
    {
        if (entry.Open(_dataKeys) is not { } opened)
            return filter.KeepsErased(entry.Header) ? BundleEntry.Erased((ulong)entry.Index, entry.HeaderBytes) : null;
        if (Commitment.Compute(opened.Salt, opened.Body) != entry.Header.Commit)
            throw new InvalidDataException($"The body of entry {entry.Index} does not match its commitment, so nothing is handed out.");
        return filter.Chooses(entry.Header, opened.Body) ? BundleEntry.With((ulong)entry.Index, entry.HeaderBytes, opened.Salt, opened.Body) : null;
    }
}

/// <summary>How far an export is. The log is read once from the start, whoever's entries stand there.</summary>
/// <param name="Read">Entries of the log read.</param>
/// <param name="Total">Entries of the log that there are to read.</param>
public readonly record struct ExportProgress(long Read, long Total);
