using System.IO.Compression;

namespace AccessBroker.Evidence;

/// <summary>A bundle in a zip. Names that could lead out of a folder, doubled names and excessive sizes are refused.</summary>
internal sealed class ZipReader : BundleReader
{
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _files = new(StringComparer.Ordinal);

    /// <param name="stream">Seekable; closed with the reader.</param>
    /// <param name="name">What to call it in messages.</param>
    public ZipReader(Stream stream, string name)
    {
        try
        {
            _zip = new ZipArchive(stream, ZipArchiveMode.Read);
            Index(name);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            stream.Dispose();
            throw new UnusableBundleException($"{name} is not a readable zip: {e.Message}", e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public override IReadOnlyCollection<string> Names => _files.Keys;

    public static ZipReader OpenFile(string path, string? name = null)
    {
        try
        {
            return new ZipReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), name ?? path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnusableBundleException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public override long Length(string name) => Entry(name).Length;

    public override Stream OpenFile(string name)
    {
        var entry = Entry(name);
        try
        {
            return new LimitedStream(entry.Open(), entry.Length, name);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw new EvidenceException(name, null, null, $"cannot be read from the zip: {e.Message}");
        }
    }

    public override void Dispose()
    {
        _zip.Dispose();
        base.Dispose();
    }

    private ZipArchiveEntry Entry(string name) => _files.TryGetValue(name, out var entry) ? entry : throw Missing(name);

    private void Index(string zip)
    {
        if (_zip.Entries.Count > MaxFiles)
            throw new UnusableBundleException($"{zip} holds more than {MaxFiles} files; a bundle does not.");
        long total = 0;
        foreach (var entry in _zip.Entries)
        {
            if (entry.FullName is [.. var folder, '/'] && BundleFiles.IsAllowed(folder) && entry.Length == 0)
                continue;
            if (!BundleFiles.IsAllowed(entry.FullName))
                throw new UnusableBundleException($"{zip} holds a file named \"{entry.FullName}\", which a bundle cannot hold.");
            if (!_files.TryAdd(entry.FullName, entry))
                throw new UnusableBundleException($"{zip} holds {entry.FullName} twice.");
            total = entry.Length is >= 0 and <= MaxTotalBytes ? total + entry.Length : long.MaxValue;
            if (total > MaxTotalBytes)
                throw new UnusableBundleException($"{zip} would unpack to more than {MaxTotalBytes >> 30} GiB.");
        }
    }
}
