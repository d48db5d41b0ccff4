using System.IO.Compression;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes a bundle as a zip. A zip takes one file after the other while a bundle's files grow side by side, so
/// they are spooled to temporary files that only this process' user can read and that vanish when closed.
/// </summary>
/// <param name="output">Receives the zip; need not be seekable; stays open.</param>
/// <param name="modified">The files' time in the archive, usually the time of the export.</param>
public sealed class ZipSink(Stream output, DateTimeOffset modified) : BundleSink
{
    private readonly List<(string Name, FileStream Spool)> _files = [];
    private bool _completed;

    /// <inheritdoc/>
    public override Stream Create(string name)
    {
        Check(name);
        if (_files.Any(file => file.Name == name))
            throw new IOException($"{name} is in the bundle already.");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 64 * 1024,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var spool = new FileStream(Path.Combine(Path.GetTempPath(), $"accessbroker-{Path.GetRandomFileName()}"), options);
        _files.Add((name, spool));
        return new Spooling(spool);
    }

    /// <inheritdoc/>
    public override BundleReader Reopen()
    {
        foreach (var (_, spool) in _files)
            spool.Flush();
        return new SpoolReader(_files.ToDictionary(file => file.Name, file => file.Spool, StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public override async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_completed)
            return;
        _completed = true;
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        foreach (var (name, spool) in _files)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = modified;
            spool.Position = 0;
            await using var target = await entry.OpenAsync(cancellation);
            await spool.CopyToAsync(target, cancellation);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (var (_, spool) in _files)
            await spool.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>The writer closes its view; the spool itself lives until the zip is written.</summary>
    private sealed class Spooling(FileStream spool) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => spool.Length;
        public override long Position { get => spool.Position; set => throw new NotSupportedException(); }
        public override void Flush() => spool.Flush();
        public override void Write(byte[] buffer, int offset, int count) => spool.Write(buffer, offset, count);
        public override void Write(ReadOnlySpan<byte> buffer) => spool.Write(buffer);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
