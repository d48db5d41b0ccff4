using System.Text;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>What to export, for whom.</summary>
/// <param name="Tenant">Customer id, or <c>_system</c>.</param>
/// <param name="TenantName">For the README.</param>
/// <param name="By">Who exports, as a reader should see it.</param>
/// <param name="Pinned">A checkpoint note that the recipient keeps; the bundle proves that the log only grew since.</param>
/// <param name="People">Display names of the persons whom the bodies name, where not erased.</param>
public sealed record ExportRequest(
    string Tenant, string? TenantName, string By, ExportFilter Filter, string? Pinned,
    Func<IReadOnlyCollection<Guid>, CancellationToken, Task<IReadOnlyList<BundlePerson>>> People);

/// <summary>
/// Exports a customer's trail as an evidence bundle (AUDIT-LOG.md, Evidence bundle): publishes a checkpoint that covers it,
/// then streams every header and the chosen bodies.
/// </summary>
public sealed class BundleExporter
{
    private readonly IAuditRecords _records;
    private readonly IDataKeys _dataKeys;
    private readonly ILogKeys _keys;
    private readonly CheckpointPublisher _publisher;
    private readonly CosignedCheckpoints _cosigned;
    private readonly RestoreProofs _restores;
    private readonly PinnedCheckpoints _pins;

    internal BundleExporter(
        IAuditRecords records, IDataKeys dataKeys, ILogKeys keys, CheckpointPublisher publisher, CosignedCheckpoints cosigned, RestoreProofs restores, PinnedCheckpoints pins) =>
        (_records, _dataKeys, _keys, _publisher, _cosigned, _restores, _pins) = (records, dataKeys, keys, publisher, cosigned, restores, pins);

    /// <param name="progress">Told after each bundle read; the check of the finished bundle comes after the last.</param>
    /// <exception cref="PinnedCheckpointException">The pinned note is no checkpoint of this log, or is ahead of it.</exception>
    /// <exception cref="InvalidDataException">What is stored does not verify: nothing is handed out, and the message says why.</exception>
    public async Task<Publication> WriteAsync(BundleSink sink, ExportRequest request, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        using var writer = new BundleWriter(sink);
        var (publication, proof, export, check) = await FillAsync(writer, request, progress, cancellationToken);
        await writer.CompleteVerifiedAsync(proof, export, check, cancellationToken);
        return publication;
    }

    /// <summary>Writes the same and verifies it as its recipient would, but hands nothing out: the verdict alone.</summary>
    /// <param name="sink">Never made final.</param>
    /// <exception cref="InvalidDataException">What is stored cannot even be written as a bundle; the message says why.</exception>
    public async Task<VerificationReport> CheckAsync(BundleSink sink, ExportRequest request, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        using var writer = new BundleWriter(sink);
        var (_, proof, export, check) = await FillAsync(writer, request, progress, cancellationToken);
        return writer.Verify(proof, export, check);
    }

    private async Task<(Publication Publication, BundleProof Proof, BundleExport Export, VerificationOptions Check)> FillAsync(
        BundleWriter writer, ExportRequest request, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        var pinned = request.Pinned is null ? null : await _pins.ReadAsync(request.Pinned, cancellationToken);
        var publication = await _publisher.PublishAsync(cancellationToken);
        if (pinned is not null)
            await _pins.RememberAsync(request.Tenant, request.Pinned!, pinned, publication.Size, cancellationToken);

        var trail = _keys.TrailOf(request.Tenant);
        var position = IndexOf(publication.Heads, trail);
        var people = await WriteEntriesAsync(writer, publication, trail, (long)publication.Heads[position].Count, request.Filter, progress, cancellationToken);
        var proof = await ProveAsync(publication, trail, position, pinned, cancellationToken);
        var export = new BundleExport
        {
            By = request.By, At = publication.At, Filter = request.Filter.IsEverything ? null : request.Filter.ToString(), Customer = request.TenantName,
            Keys = [.. _keys.Signers.Select(s => s.Key.ToString())], Policy = _cosigned.Policy(), People = await request.People(people, cancellationToken),
        };
        var check = new VerificationOptions
        {
            Key = SignerOf(publication.Note), OlderKeys = _keys.EveryKey, Trail = trail, Pinned = request.Pinned is null ? null : Encoding.UTF8.GetBytes(request.Pinned),
        };
        return (publication, proof, export, check);
    }

    private async Task<HashSet<Guid>> WriteEntriesAsync(
        BundleWriter writer, Publication publication, Hash32 trail, long count, ExportFilter filter, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        var people = new HashSet<Guid>();
        var written = 0L;
        await foreach (var bundle in _records.ReadBundlesAsync(0, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Header.Trail == trail && e.Index < publication.HeadsIndex))
            {
                writer.Add(Choose(entry, filter, people));
                written++;
            }
            var read = bundle.FirstIndex + bundle.Count;
            progress?.Report(new ExportProgress(Math.Min(read, publication.Size), publication.Size));
            if (read > publication.HeadsIndex)
                break;
        }
        return written == count
            ? people
            : throw new InvalidDataException($"The trail should hold {count} entries and {written} are stored. Entries were removed.");
    }

    private BundleEntry Choose(StoredEntry entry, ExportFilter filter, HashSet<Guid> people)
    {
        if (entry.Open(_dataKeys) is not { } opened)
            return BundleEntry.Erased((ulong)entry.Index, entry.HeaderBytes);
        if (!filter.Keeps(entry.Header, opened.Body))
            return BundleEntry.Withheld((ulong)entry.Index, entry.HeaderBytes);
        people.UnionWith(NamedPeople.In(opened.Body));
        return BundleEntry.With((ulong)entry.Index, entry.HeaderBytes, opened.Salt, opened.Body);
    }

    private async Task<BundleProof> ProveAsync(Publication publication, Hash32 trail, int position, Checkpoint? pinned, CancellationToken cancellationToken)
    {
        var heads = await new TrailReader(_records, _dataKeys).ReadAsync(publication.HeadsIndex, cancellationToken)
            ?? throw new InvalidDataException($"The heads entry {publication.HeadsIndex} is missing.");
        var (size, index) = ((ulong)publication.Size, (ulong)publication.HeadsIndex);
        var headLeaves = new LeafHashes([.. publication.Heads.Select(h => h.Leaf())]);
        var (inclusion, consistency) = await _publisher.ProveAsync(
            publication.Size,
            hashes => (
                InclusionProof.Create(index, size, hashes),
                pinned is null || pinned.Size == 0 || pinned.Size == size ? [] : ConsistencyProof.Create(pinned.Size, size, hashes)),
            cancellationToken);
        return new BundleProof
        {
            Trail = trail, Checkpoint = await _cosigned.NoteAsync(publication, cancellationToken), HeadPosition = (ulong)position,
            HeadProof = InclusionProof.Create((ulong)position, (ulong)publication.Heads.Count, headLeaves),
            HeadsIndex = index, HeadsHeader = heads.HeaderBytes, HeadsBody = heads.Body, HeadsSalt = heads.Salt, HeadsProof = inclusion,
            Consistency = consistency, FirstOrigin = _keys.FirstOrigin == _keys.Origin ? null : _keys.FirstOrigin,
            Restores = await _restores.AtAsync(publication.Size, cancellationToken),
        };
    }

    /// <summary>The newest of the keys that signed it; the keys may have changed since.</summary>
    private VerifierKey SignerOf(string checkpoint) =>
        SignedNote.Parse(checkpoint).Verify(_keys.EveryKey) is { IsValid: true } signed ? signed.Verified[0] : throw new InvalidDataException("The checkpoint is not signed by this log's keys.");

    private static int IndexOf(IReadOnlyList<HeadRecord> heads, Hash32 trail)
    {
        for (var i = 0; i < heads.Count; i++)
        {
            if (heads[i].Trail == trail)
                return i;
        }
        throw new InvalidOperationException("The trail has no entries yet: there is nothing to export.");
    }
}
