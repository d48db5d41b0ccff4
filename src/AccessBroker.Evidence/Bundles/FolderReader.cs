namespace AccessBroker.Evidence;

/// <summary>A bundle in a folder. Symbolic links are refused: they could make a file outside look like evidence.</summary>
internal sealed class FolderReader : BundleReader
{
    private readonly Dictionary<string, FileInfo> _files = new(StringComparer.Ordinal);

    public FolderReader(string folder)
    {
        var root = new DirectoryInfo(folder);
        try
        {
            foreach (var entry in root.EnumerateFileSystemInfos("*", new EnumerationOptions
            {
                RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = 0, IgnoreInaccessible = false,
            }))
            {
                var name = Path.GetRelativePath(root.FullName, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
                if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    throw new UnusableBundleException($"{name} in the bundle is a symbolic link; copy the bundle with its files.");
                if (entry is FileInfo file)
                    _files.Add(name, file);
                if (_files.Count > MaxFiles)
                    throw new UnusableBundleException($"The folder {folder} holds more than {MaxFiles} files; name the bundle's own folder.");
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnusableBundleException($"The folder {folder} cannot be read: {e.Message}", e);
        }
    }

    public override IReadOnlyCollection<string> Names => _files.Keys;

    public override long Length(string name) => _files.TryGetValue(name, out var file) ? file.Length : throw Missing(name);

    public override Stream OpenFile(string name) => _files.TryGetValue(name, out var file)
        ? new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan)
        : throw Missing(name);
}
