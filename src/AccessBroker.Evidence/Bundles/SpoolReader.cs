namespace AccessBroker.Evidence;

/// <summary>The files of a <see cref="ZipSink"/> before they are a zip. The sink's own streams stay where they are.</summary>
internal sealed class SpoolReader(IReadOnlyDictionary<string, FileStream> spools) : BundleReader
{
    public override IReadOnlyCollection<string> Names => [.. spools.Keys];

    public override long Length(string name) => Spool(name).Length;

    public override Stream OpenFile(string name) =>
        new FileStream(Spool(name).Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);

    private FileStream Spool(string name) => spools.TryGetValue(name, out var spool) ? spool : throw Missing(name);
}
