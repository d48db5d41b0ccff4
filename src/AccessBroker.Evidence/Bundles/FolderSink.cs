namespace AccessBroker.Evidence;

/// <summary>Writes a bundle as a folder, which must be new or empty: stale files would make the bundle invalid.</summary>
public sealed class FolderSink : BundleSink
{
    private readonly string _folder;

    /// <exception cref="IOException">The folder holds files already.</exception>
    public FolderSink(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
        if (Directory.EnumerateFileSystemEntries(_folder).Any())
            throw new IOException($"The folder {_folder} is not empty; name a new one for the bundle.");
    }

    /// <inheritdoc/>
    public override Stream Create(string name)
    {
        Check(name);
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
    }

    /// <inheritdoc/>
    public override BundleReader Reopen() => new FolderReader(_folder);

    /// <inheritdoc/>
    public override Task CompleteAsync(CancellationToken cancellation) => Task.CompletedTask;
}
