using System.Globalization;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// Checks what a server shows of its log now: the newest checkpoint, and by tiles of hashes either that it continues a checkpoint
/// kept from before, or, without one, that all leaf hashes have the signed root. Entries are not asked for: they are customers'.
/// </summary>
public static class LiveLogVerifier
{
    /// <summary>A log of more tiles is not fetched whole: 256 GiB.</summary>
    private const ulong MaxTiles = 1 << 25;

    private const int AtOnce = 8;

    /// <summary>Checks it. Whatever is wrong with what the server shows is in the report.</summary>
    /// <param name="log">The server.</param>
    /// <param name="options"><see cref="VerificationOptions.MaxAge"/> is measured by the witnesses' cosignatures, for nothing else in these files bears a time.</param>
    /// <param name="progress">Tiles fetched, and how many there are to fetch.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    /// <returns>The report, and the note that was checked; null where not even that could be read.</returns>
    public static async Task<(VerificationReport Report, byte[]? Note)> VerifyAsync(
        ILiveLog log, VerificationOptions options, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var run = new Run(log, options, progress);
        try
        {
            return (await run.VerifyAsync(cancellationToken), run.Note);
        }
        catch (EvidenceException failure)
        {
            return (new VerificationReport { Checked = run.Held, NotProved = run.Open, Failure = failure }, run.Note);
        }
    }

    private sealed class Run(ILiveLog log, VerificationOptions options, IProgress<(long Done, long Total)>? progress)
    {
        public List<string> Held { get; } = [];
        public List<string> Open { get; } = [];
        public byte[]? Note { get; private set; }

        public async Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken)
        {
            Note = await log.CheckpointAsync(cancellationToken);
            var (checkpoint, note) = CheckpointCheck.Read(Note, options.Key, Held);
            if (checkpoint.Size == 0)
                throw new EvidenceException(BundleFiles.Checkpoint, "size", null, "is 0; a log's first checkpoint has its heads entry already");
            var kept = CheckpointCheck.ReadPinned(checkpoint, options, new Succession([]));
            CheckpointCheck.Witnesses(note, options, Held, Open);
            Age(note);

            if (kept is null)
                await RebuildAsync(checkpoint, cancellationToken);
            else
                await ContinueAsync(kept, checkpoint, cancellationToken);

            Open.Add("What the entries say, and anything about one customer's trail: a server shows hashes to everybody. Export a bundle of your trail and verify that.");
            Open.Add(string.Create(CultureInfo.InvariantCulture,
                $"What happened after log index {checkpoint.Size - 1}, and when: a checkpoint bears no time of its own, only witnesses' cosignatures do."));
            Open.Add("That all access went through the broker.");
            return new VerificationReport { Checked = Held, NotProved = Open };
        }

        /// <summary>All leaf hashes, in order, in the memory of a few tiles.</summary>
        private async Task RebuildAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
        {
            var tiles = checkpoint.Size / TilePath.FullWidth + (checkpoint.Size % TilePath.FullWidth == 0 ? 0UL : 1);
            if (tiles > MaxTiles)
                throw new EvidenceException(BundleFiles.Checkpoint, "size", null, $"is {checkpoint.Size}, more than is fetched to rebuild a root; give a checkpoint that you kept with --since");
            var tree = new Frontier();
            var coming = new Queue<Task<byte[]>>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                for (ulong n = 0, asked = 0; n < tiles; n++)
                {
                    for (; asked < tiles && coming.Count < AtOnce; asked++)
                        coming.Enqueue(log.TileAsync(Tile(0, asked, checkpoint.Size), stop.Token));
                    var hashes = await coming.Dequeue();
                    for (var at = 0; at < hashes.Length; at += Merkle.HashSize)
                        tree.Append(hashes.AsSpan(at, Merkle.HashSize));
                    progress?.Report(((long)n + 1, (long)tiles));
                }
            }
            finally
            {
                await stop.CancelAsync();
                await Task.WhenAll(coming).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
            if (!tree.Root().AsSpan().SequenceEqual(checkpoint.Root))
            {
                throw new EvidenceException("tile/0", "root", null, string.Create(CultureInfo.InvariantCulture,
                    $"the tree over the {checkpoint.Size} leaf hashes has not the root that was signed: the server shows tiles of another history than the one it signed, or changed one"));
            }
            Held.Add(string.Create(CultureInfo.InvariantCulture,
                $"The {checkpoint.Size} leaf hashes that the server shows (index 0 to {checkpoint.Size - 1}, {Tiles(tiles)}) have the signed root: no leaf was changed, dropped, reordered or inserted since it was signed."));
            Open.Add("No checkpoint that you kept was given (--since): that this log continues what you saw before is not proved.");
        }

        /// <summary>Only the tiles on the way between the two.</summary>
        private async Task ContinueAsync(Checkpoint kept, Checkpoint checkpoint, CancellationToken cancellationToken)
        {
            var fetched = kept.Size == checkpoint.Size ? [] : await FetchAsync(kept.Size, checkpoint.Size, cancellationToken);
            if (kept.Size < checkpoint.Size)
            {
                var proof = ConsistencyProof.Create(kept.Size, checkpoint.Size, new TileHashSource((level, n) => fetched.TryGetValue((level, n), out var hashes) ? hashes : null));
                if (!ConsistencyProof.Verify(kept.Size, checkpoint.Size, kept.Root, checkpoint.Root, proof))
                {
                    throw new EvidenceException(BundleFiles.Checkpoint, "root", null, string.Create(CultureInfo.InvariantCulture,
                        $"of size {checkpoint.Size} does not continue the one you kept of size {kept.Size}, by the tiles that the server shows: the log shows two histories, or a tile was changed. Keep both checkpoints, they prove it"));
                }
            }
            Held.Add(kept.Size == checkpoint.Size
                ? string.Create(CultureInfo.InvariantCulture, $"It has the size and the root of the one you kept: nothing was added since, and none of the {kept.Size} entries was changed.")
                : string.Create(CultureInfo.InvariantCulture,
                    $"It continues the one you kept, by {Tiles((ulong)fetched.Count)}: none of the first {kept.Size} entries was changed, dropped or reordered, and {checkpoint.Size - kept.Size} came after them (up to index {checkpoint.Size - 1})."));
            Open.Add("That the tiles which were not needed for this are the log's: without --since, all leaf hashes are fetched and the root is rebuilt.");
        }

        private static string Tiles(ulong count) => count == 1 ? "1 tile" : string.Create(CultureInfo.InvariantCulture, $"{count} tiles");

        private async Task<Dictionary<(int, ulong), byte[]>> FetchAsync(ulong from, ulong to, CancellationToken cancellationToken)
        {
            var needed = new HashSet<(int Level, ulong N)>();
            ConsistencyProof.Create(from, to, new TileHashSource((level, n) =>
            {
                needed.Add((level, n));
                return new byte[TransparencyLog.Tile.FullSize]; // only to hear which are asked for
            }));
            var fetched = new Dictionary<(int, ulong), byte[]>();
            foreach (var (level, n) in needed)
            {
                fetched.Add((level, n), await log.TileAsync(Tile(level, n, to), cancellationToken));
                progress?.Report((fetched.Count, needed.Count));
            }
            return fetched;
        }

        /// <summary>By the newest cosignature of the witnesses that the auditor knows.</summary>
        private void Age(SignedNote note)
        {
            if (options.MaxAge is not { } most)
                return;
            var newest = options.Witnesses?.Evaluate(note).Cosignatures.Select(c => (DateTimeOffset?)c.Time).Max();
            if (newest is null)
                throw new EvidenceException(BundleFiles.Checkpoint, "age", null, "cannot be known: no witness that you know has cosigned it, and a checkpoint bears no time of its own");
            if (options.Clock.GetUtcNow() - newest > most)
                throw new EvidenceException(BundleFiles.Checkpoint, "age", null, string.Create(CultureInfo.InvariantCulture, $"the newest cosignature on it is of {newest:yyyy-MM-dd'T'HH:mm:ss'Z'}, older than the {most} allowed: the log stands still, or an old state of it is shown"));
        }

        /// <summary>As wide as a tree of this size has it.</summary>
        private static TilePath Tile(int level, ulong n, ulong size) =>
            new(level, n, n < TilePath.FullTiles(level, size) ? TilePath.FullWidth : TilePath.PartialWidth(level, size));
    }
}
