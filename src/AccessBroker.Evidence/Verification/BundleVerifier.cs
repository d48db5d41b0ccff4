using System.Globalization;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// Checks an evidence bundle, from the signature down to the last body:
/// <code>
///   1 checkpoint   signed by the given key, not smaller than the pinned one
///   2 heads entry  is the checkpoint's last leaf; its body states the heads root
///   3 entries      form one unbroken chain; each body fits its commitment
///   4 head         (trail, n, last leaf) stands under the heads root: nothing was cut off
///   5 absences     every body that is not there is accounted for
///   6 history      the checkpoint continues the pinned one
///   7 files        hashes, keys, the table: what the proofs do not cover
/// </code>
/// Everything is read once; memory does not grow with the bundle (<see cref="EntryIds"/>).
/// </summary>
public static class BundleVerifier
{
    private const int MaxPolicy = 256 * 1024;

    /// <summary>Checks a bundle. Whatever is wrong within it is in the report; only an unusable bundle throws.</summary>
    /// <exception cref="UnusableBundleException">There is no manifest.json: this is no bundle.</exception>
    public static VerificationReport Verify(BundleReader files, VerificationOptions options)
    {
        if (!files.Has(BundleFiles.Manifest))
            throw new UnusableBundleException("There is no manifest.json: name the folder or zip of an evidence bundle.");
        var (held, open) = (new List<string>(), new List<string>());
        try
        {
            return new Run(files, options, held, open).Verify();
        }
        catch (EvidenceException failure)
        {
            return new VerificationReport { Checked = held, NotProved = open, Failure = failure };
        }
        catch (Exception damage) when (damage is EndOfStreamException or InvalidDataException)
        {
            var failure = new EvidenceException("bundle", null, null, $"a file of it is shorter than stated or damaged: {damage.Message}");
            return new VerificationReport { Checked = held, NotProved = open, Failure = failure };
        }
    }

    private sealed class Run(BundleReader files, VerificationOptions options, List<string> held, List<string> open)
    {
        public VerificationReport Verify()
        {
            var manifestBytes = files.ReadAll(BundleFiles.Manifest, ManifestReader.MaxBytes);
            var manifest = ManifestReader.Read(manifestBytes);

            var (checkpoint, note) = CheckpointCheck.Read(files, options.Key, held);
            RequireSame(manifest, checkpoint);
            var pinned = CheckpointCheck.ReadPinned(checkpoint, options, Succession.Read(files, checkpoint, held));
            CheckpointCheck.Witnesses(note, options, held, open, files.Has(BundleFiles.Policy) ? Encoding.UTF8.GetString(files.ReadAll(BundleFiles.Policy, MaxPolicy)) : "");

            var (header, heads) = HeadsEntry(manifest, checkpoint);
            CheckpointCheck.Age(header.Time, options);

            RequireLength(BundleFiles.Headers, manifest.Count, EntryHeader.Size);
            RequireLength(BundleFiles.Salts, manifest.Count, Commitment.SaltSize);
            using var ids = new EntryIds(manifest.Count, options);
            var bodies = new BodyCheck(manifest.IsFiltered, ids);
            using var csv = files.Has(BundleFiles.Entries) ? new CsvCheck(files, checkpoint.Size) : null;
            using var parquet = files.Has(BundleFiles.Parquet) ? new ParquetCheck(files, checkpoint.Size) : null;
            using var ocsf = files.Has(BundleFiles.Ocsf) ? new OcsfCheck(files, checkpoint.Size) : null;
            var chain = Entries(manifest, header, ids, bodies, csv, parquet, ocsf);
            Head(manifest, header, heads, chain);
            bodies.Complete();
            Continue(pinned, checkpoint, manifest);

            csv?.Complete();
            parquet?.Complete();
            ocsf?.Complete();
            FilesCheck.Run(files, manifest, manifestBytes, held);
            return Report(manifest, checkpoint, header, bodies);
        }

        /// <summary>What the manifest says of log and trail is what checkpoint and auditor say.</summary>
        private void RequireSame(BundleManifest manifest, Checkpoint checkpoint)
        {
            if (manifest.Origin != checkpoint.Origin)
                throw Manifest("origin", $"is {manifest.Origin}, the checkpoint's is {checkpoint.Origin}");
            if (manifest.Size != checkpoint.Size)
                throw Manifest("size", $"is {manifest.Size}, the checkpoint's is {checkpoint.Size}");
            if (manifest.HeadsIndex + 1 != checkpoint.Size)
                throw Manifest("heads_index", $"is {manifest.HeadsIndex}, but the heads entry is a checkpoint's last: {checkpoint.Size} - 1");
            if (options.Trail is { } trail && trail != manifest.Trail)
                throw Manifest("trail", $"is {manifest.Trail}, not yours ({trail}): this is another customer's bundle");
            if (options.Trail is null)
                open.Add($"Compare trail {manifest.Trail} with the one you were given: the bundle alone cannot prove that it is yours.");
        }

        private void Continue(Checkpoint? pinned, Checkpoint checkpoint, BundleManifest manifest)
        {
            if (pinned is null)
            {
                open.Add("No pinned checkpoint was given: that this log continues the one you saw before is not proved.");
                return;
            }
            if (pinned.Size < checkpoint.Size
                && !ConsistencyProof.Verify(pinned.Size, checkpoint.Size, pinned.Root, checkpoint.Root, manifest.Consistency))
            {
                throw Manifest("consistency", manifest.Consistency.Count == 0
                    ? $"is empty: the export was not made for your pinned checkpoint of size {pinned.Size}; ask for one that is, until then it proves nothing about what you saw before"
                    : $"does not lead from your pinned checkpoint of size {pinned.Size} to this one of {checkpoint.Size}: the log shows two histories, the proof was changed, or the export was made for another pinned checkpoint");
            }
            held.Add($"It continues your pinned checkpoint of {pinned.Size} entries: nothing from before was changed.");
        }

        private (EntryHeader Header, HeadsBody Body) HeadsEntry(BundleManifest manifest, Checkpoint checkpoint)
        {
            var at = manifest.HeadsIndex;
            if (!EntryHeader.TryRead(manifest.HeadsHeader, out var header, out var error))
                throw Manifest("heads_header", error, at);
            if (Commitment.Compute(manifest.HeadsSalt, manifest.HeadsBody) != header.Commit)
                throw Manifest("heads_body", "does not fit the commitment in heads_header: heads_body, heads_salt or heads_header was changed", at);
            if (!InclusionProof.Verify(at, checkpoint.Size, Merkle.HashLeaf(manifest.HeadsHeader), manifest.HeadsProof, checkpoint.Root))
            {
                throw Manifest("heads_proof", $"does not lead from heads_header to the signed root: this heads entry does not stand at index {at} of the log"
                    + " that was signed. The entry, the proof, or the history that it states was changed", at);
            }
            if (header.Class != EntryClass.Heads)
                throw Manifest("heads_header", $"is of class {(int)header.Class}, not a heads entry", at);
            if (!HeadsBody.TryParse(manifest.HeadsBody, out var body, out error))
                throw Manifest("heads_body", error, at);
            held.Add($"Heads entry {at} of {EntryTime.Format(header.Time)} is the log's last; it states the heads of {body.Trails} trails.");
            return (header, body);
        }

        private TrailChain Entries(BundleManifest manifest, in EntryHeader heads, EntryIds ids, BodyCheck bodies, CsvCheck? csv, ParquetCheck? parquet, OcsfCheck? ocsf)
        {
            var n = manifest.Count;
            using var headers = files.OpenHashed(BundleFiles.Headers);
            using var salts = files.OpenHashed(BundleFiles.Salts);
            using var lines = new LineReader(files.OpenHashed(BundleFiles.Bodies), BundleFiles.Bodies);
            using var headersBuffer = new BufferedStream(headers, EntryHeader.Size * 400);
            using var saltsBuffer = new BufferedStream(salts, Commitment.SaltSize * 400);

            var chain = new TrailChain(manifest.Trail, FirstOrigin(manifest), 0, ids);
            var row = new TableEntry();
            Span<byte> bytes = stackalloc byte[EntryHeader.Size];
            Span<byte> salt = stackalloc byte[Commitment.SaltSize];
            for (ulong seq = 0; seq < n; seq++)
            {
                headersBuffer.ReadExactly(bytes);
                saltsBuffer.ReadExactly(salt);
                if (!EntryHeader.TryRead(bytes, out var header, out var error) || (error = chain.Add(header, Hash32.OfLeaf(bytes), seq)) is not null)
                    throw new EvidenceException(BundleFiles.Headers, null, seq, error);
                if (header.Class == EntryClass.Heads && header.Trail != heads.Trail)
                    throw new EvidenceException(BundleFiles.Headers, null, seq, "is a heads entry, which only the trail of the deployment itself has");
                if (header.Time > heads.Time)
                    throw new EvidenceException(BundleFiles.Headers, null, seq, $"is dated {EntryTime.Format(header.Time)}, after the heads entry that covers it");
                var line = lines.Read(seq);
                var state = bodies.Add(header, line, salt, row.Members);
                row.Set(chain.Head, header, state);
                csv?.Add(row);
                parquet?.Add(row);
                ocsf?.Add(row);
            }
            if (headersBuffer.ReadByte() >= 0 || saltsBuffer.ReadByte() >= 0)
                throw new EvidenceException(BundleFiles.Headers, null, n, "it or salts.bin grew while it was read");
            if (!lines.AtEnd())
                throw new EvidenceException(BundleFiles.Bodies, null, n, "there are more lines than entries");
            return chain;
        }

        private void Head(BundleManifest manifest, in EntryHeader heads, HeadsBody body, TrailChain chain)
        {
            var last = manifest.Count - 1;
            if (!InclusionProof.Verify(manifest.HeadPosition, (ulong)body.Trails, chain.Record.Leaf(), manifest.HeadProof, body.Root.ToArray()))
            {
                throw Manifest("head.proof", $"does not lead from the trail's {manifest.Count} entries, the last being entry {last}, to the heads root: entry {last}"
                    + " was changed, entries were cut off or added after it, or head.n, head.index or head.proof was changed", last);
            }
            if (heads.Trail == manifest.Trail && (heads.Seq != manifest.Count || heads.Prev != chain.Head))
                throw Manifest("heads_header", "is of this trail but does not follow its last entry", manifest.HeadsIndex);
            held.Add($"Trail {manifest.Trail} has {manifest.Count} entries (0 to {last}) in one unbroken chain, complete up to log index {manifest.HeadsIndex}"
                + $" and {EntryTime.Format(heads.Time)}: none was changed, dropped, reordered, inserted or cut off.");
        }

        private VerificationReport Report(BundleManifest manifest, Checkpoint checkpoint, in EntryHeader heads, BodyCheck bodies)
        {
            held.Add($"Bodies: {bodies.Verified} verified, {bodies.Erased} erased or pruned and accounted for, {bodies.Withheld} withheld by the export's filter.");
            if (files.Has(BundleFiles.Entries))
                held.Add("entries.csv equals the proved entries (its idx column cannot be proved).");
            if (files.Has(BundleFiles.Parquet))
                held.Add("entries.parquet equals the proved entries (its idx column cannot be proved).");
            if (files.Has(BundleFiles.Ocsf))
                held.Add("ocsf.jsonl equals the proved entries (its idx cannot be proved).");
            if (bodies.Withheld > 0)
                open.Add($"What the {bodies.Withheld} withheld bodies say: ask for an export without filter.");
            open.Add($"Who exported this, when and by which filter is as stated, not proved: {manifest.ExportedJson}");
            open.Add($"That all access went through the broker, and what happened after log index {checkpoint.Size - 1} ({EntryTime.Format(heads.Time)}).");
            return new VerificationReport
            {
                Checked = held, NotProved = open,
                VerifiedBodies = bodies.Verified, ErasedBodies = bodies.Erased, WithheldBodies = bodies.Withheld,
            };
        }

        private string FirstOrigin(BundleManifest manifest)
        {
            if (!files.Has(BundleFiles.GenesisOrigin))
                return manifest.Origin;
            var origin = Encoding.UTF8.GetString(files.ReadAll(BundleFiles.GenesisOrigin, 4096)).TrimEnd('\n');
            return origin.Length > 0 ? origin : throw new EvidenceException(BundleFiles.GenesisOrigin, null, null, "is empty");
        }

        private void RequireLength(string file, ulong n, int size)
        {
            if (n == 0)
                throw Manifest("head.n", "is 0; a trail without entries has no head");
            var length = (ulong)files.Length(file);
            if (length % (ulong)size != 0 || length / (ulong)size != n)
            {
                throw new EvidenceException(file, null, null, string.Create(CultureInfo.InvariantCulture,
                    $"has {length} bytes, not {n} times {size} as manifest.json head.n says: entries were cut off or added"));
            }
        }

        private static EvidenceException Manifest(string field, string reason, ulong? entry = null) =>
            new(BundleFiles.Manifest, field, entry, reason);
    }
}
