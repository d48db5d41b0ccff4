using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes an evidence bundle: first every entry of the trail in order with <see cref="Add"/>, then
/// <see cref="CompleteAsync"/>. Holds one entry at a time.
/// </summary>
/// <remarks>
/// It writes what it is given and proves nothing; an exporter ends with <see cref="CompleteVerifiedAsync"/>, which runs
/// <see cref="BundleVerifier"/> over the result before it is made final.
/// </remarks>
public sealed class BundleWriter : IDisposable
{
    private static readonly byte[] NoSalt = new byte[Commitment.SaltSize];

    private readonly BundleSink _sink;
    private readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly HashingStream _headers, _salts, _bodies, _table, _columns, _events;
    private readonly EntriesCsv _csv;
    private readonly EntriesParquet _parquet;
    private readonly OcsfFile _ocsf;
    private readonly TableEntry _row = new();
    private ulong _count;

    /// <param name="sink">Where the files go; stays the caller's to dispose.</param>
    public BundleWriter(BundleSink sink)
    {
        _sink = sink;
        _headers = new HashingStream(sink.Create(BundleFiles.Headers));
        _salts = new HashingStream(sink.Create(BundleFiles.Salts));
        _bodies = new HashingStream(sink.Create(BundleFiles.Bodies));
        _table = new HashingStream(sink.Create(BundleFiles.Entries));
        _csv = new EntriesCsv(_table);
        _columns = new HashingStream(sink.Create(BundleFiles.Parquet));
        _parquet = new EntriesParquet(_columns);
        _events = new HashingStream(sink.Create(BundleFiles.Ocsf));
        _ocsf = new OcsfFile(_events);
    }

    /// <summary>Adds the trail's next entry.</summary>
    /// <exception cref="ArgumentException">Not a header, not the next seq, or no salt beside a body.</exception>
    public void Add(in BundleEntry entry)
    {
        if (!EntryHeader.TryRead(entry.Header.Span, out var header, out var error))
            throw new ArgumentException($"Entry {_count}: {error}.", nameof(entry));
        if (header.Seq != _count)
            throw new ArgumentException($"Entry {_count} of the bundle has seq {header.Seq}; a bundle holds the whole trail in order.", nameof(entry));
        if (entry.State == BodyState.Present && entry.Salt.Length != Commitment.SaltSize)
            throw new ArgumentException($"Entry {_count}: a salt has {Commitment.SaltSize} bytes, not {entry.Salt.Length}.", nameof(entry));

        _headers.Write(entry.Header.Span);
        _salts.Write(entry.State == BodyState.Present ? entry.Salt.Span : NoSalt);
        _bodies.Write(entry.State switch
        {
            BodyState.Present => entry.Body.Span,
            BodyState.Erased => BundleFiles.NullLine,
            _ => BundleFiles.WithheldLine,
        });
        _bodies.Write("\n"u8);
        _row.Set(Hash32.OfLeaf(entry.Header.Span), header, entry.State, entry.Body.Span);
        _csv.Write(entry.Index, _row);
        _parquet.Write(entry.Index, _row);
        _ocsf.Write(entry.Index, _row);
        _count++;
    }

    /// <summary>Writes all other files, the manifest last, and makes the bundle final.</summary>
    /// <exception cref="InvalidOperationException">No entry was added.</exception>
    /// <exception cref="FormatException">The checkpoint is not a signed note over a checkpoint.</exception>
    public async Task CompleteAsync(BundleProof proof, BundleExport export, CancellationToken cancellation = default)
    {
        WriteRest(proof, export);
        await _sink.CompleteAsync(cancellation);
    }

    /// <summary>The same, but only what verifies is made final: evidence that fails at the auditor's would accuse its owner.</summary>
    /// <param name="check">What the recipient will check it against.</param>
    /// <exception cref="InvalidDataException">It does not verify; the message says why.</exception>
    public async Task CompleteVerifiedAsync(BundleProof proof, BundleExport export, VerificationOptions check, CancellationToken cancellation = default)
    {
        if (Verify(proof, export, check).Failure is { } failure)
            throw new InvalidDataException($"The bundle does not verify, so it is not handed out: {failure.Message}", failure);
        await _sink.CompleteAsync(cancellation);
    }

    /// <summary>Writes all other files and verifies the bundle as it then is; it is not made final.</summary>
    public VerificationReport Verify(BundleProof proof, BundleExport export, VerificationOptions check)
    {
        WriteRest(proof, export);
        using var written = _sink.Reopen();
        return BundleVerifier.Verify(written, check);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _headers.Dispose();
        _salts.Dispose();
        _bodies.Dispose();
        _table.Dispose();
        _columns.Dispose();
        _events.Dispose();
    }

    private void WriteRest(BundleProof proof, BundleExport export)
    {
        if (_count == 0)
            throw new InvalidOperationException("A trail without entries has no evidence to export.");
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint).Text);

        Close(BundleFiles.Headers, _headers);
        Close(BundleFiles.Salts, _salts);
        Close(BundleFiles.Bodies, _bodies);
        _csv.Flush();
        Close(BundleFiles.Entries, _table);
        _parquet.Complete();
        Close(BundleFiles.Parquet, _columns);
        Close(BundleFiles.Ocsf, _events);

        var exported = BundleManifest.Exported(export);
        Write(BundleFiles.Checkpoint, proof.Checkpoint);
        if (proof.FirstOrigin is { } first && first != checkpoint.Origin)
            Write(BundleFiles.GenesisOrigin, first);
        if (proof.Restores.Count > 0)
            Write(BundleFiles.Restores, Encoding.UTF8.GetString(RestoresFile.Write(proof.Restores)));
        Write(BundleFiles.Keys, string.Concat(export.Keys.Select(key => key + "\n")));
        Write(BundleFiles.Policy, export.Policy);
        Write(BundleFiles.Verifier, StandaloneVerifier.Source);
        WritePeople(export.People);
        Write(BundleFiles.Readme, BundleReadme.Write(proof, export, checkpoint, _count, Encoding.UTF8.GetString(exported.ToBytes())));

        using var manifest = _sink.Create(BundleFiles.Manifest);
        manifest.Write(BundleManifest.Write(proof, checkpoint, _count, exported, _hashes));
    }

    private void WritePeople(IReadOnlyList<BundlePerson> people)
    {
        var file = new HashingStream(_sink.Create(BundleFiles.People));
        foreach (var person in people)
        {
            file.Write(new BodyWriter().Add("id", person.Id).Add("name", person.Name).Add("organisation", person.Organisation).ToBytes());
            file.Write("\n"u8);
        }
        Close(BundleFiles.People, file);
    }

    private void Write(string name, string text)
    {
        var file = new HashingStream(_sink.Create(name));
        file.Write(Encoding.UTF8.GetBytes(text));
        Close(name, file);
    }

    private void Close(string name, HashingStream file)
    {
        file.Flush();
        _hashes.Add(name, file.Hash);
        file.Dispose();
    }
}
