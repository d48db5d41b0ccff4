using System.Globalization;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes what a third party needs to audit a whole log without seeing any customer's data: all headers in commit
/// order, body and salt of each heads entry, the checkpoint. Holds one call's headers at a time.
/// </summary>
public sealed class WholeLogWriter : IDisposable
{
    private readonly BundleSink _sink;
    private readonly Stream _headers, _heads;
    private bool _firstHeads = true;

    /// <param name="sink">Where the files go; stays the caller's to dispose.</param>
    public WholeLogWriter(BundleSink sink)
    {
        _sink = sink;
        _headers = sink.Create(BundleFiles.AllHeaders);
        _heads = sink.Create(BundleFiles.Heads);
        _heads.Write("{"u8);
    }

    /// <summary>Headers written so far: the index of the next.</summary>
    public ulong Count { get; private set; }

    /// <summary>Adds the next headers, each 160 bytes, as they stand in the store's bundles.</summary>
    public void AddHeaders(ReadOnlySpan<byte> headers)
    {
        if (headers.Length % EntryHeader.Size != 0)
            throw new ArgumentException($"{headers.Length} bytes are not a whole number of {EntryHeader.Size}-byte headers.", nameof(headers));
        _headers.Write(headers);
        Count += (ulong)(headers.Length / EntryHeader.Size);
    }

    /// <summary>Adds what a heads entry says; in order of index.</summary>
    public void AddHeads(ulong index, ReadOnlySpan<byte> body, ReadOnlySpan<byte> salt)
    {
        if (salt.Length != Commitment.SaltSize)
            throw new ArgumentException($"A salt has {Commitment.SaltSize} bytes, not {salt.Length}.", nameof(salt));
        if (!_firstHeads)
            _heads.Write(",\n"u8);
        _firstHeads = false;
        var value = new BodyWriter().Add("body", Encoding.UTF8.GetString(body)).Add("salt", Convert.ToBase64String(salt)).ToBytes();
        _heads.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"{index}\":")));
        _heads.Write(value);
    }

    /// <summary>Writes the checkpoint and makes all files final.</summary>
    /// <param name="checkpoint">The signed note.</param>
    /// <param name="firstOrigin">The log's origin at its creation, where it differs from the checkpoint's; else null.</param>
    /// <param name="restores">Every restore from backup that the log went through, in order.</param>
    /// <param name="cancellation">Stops the writing of a zip.</param>
    public async Task CompleteAsync(string checkpoint, string? firstOrigin = null, IReadOnlyList<RestoreProof>? restores = null, CancellationToken cancellation = default)
    {
        _heads.Write("}\n"u8);
        await _headers.DisposeAsync();
        await _heads.DisposeAsync();
        Write(BundleFiles.Checkpoint, checkpoint);
        if (firstOrigin is not null)
            Write(BundleFiles.GenesisOrigin, firstOrigin);
        if (restores is { Count: > 0 })
            Write(BundleFiles.Restores, Encoding.UTF8.GetString(RestoresFile.Write(restores)));
        await _sink.CompleteAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _headers.Dispose();
        _heads.Dispose();
    }

    private void Write(string name, string text)
    {
        using var file = _sink.Create(name);
        file.Write(Encoding.UTF8.GetBytes(text));
    }
}
