using System.Security.Cryptography;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// A whole log of several customers, in memory. <see cref="Seal"/> derives every header anew, so a forger edits
/// <see cref="Entries"/> and gets chains, heads and tree that fit; only the signer's key is not theirs.
/// </summary>
internal sealed class TestLog(string origin = TestLog.Origin)
{
    public const string Origin = "accessbroker.example/log";
    private static readonly byte[] TrailKey = "the deployment's trail key"u8.ToArray();

    private long _time = 1_795_000_000_000_000;

    public List<TestEntry> Entries { get; init; } = [];

    /// <summary>Replaces what a heads entry states, as an operator would who owns the signing key.</summary>
    public Func<HeadRecord, HeadRecord>? Lie { get; init; }

    public static Hash32 Trail(string customer) => TrailId.Derive(TrailKey, customer);

    public TestLog Clone() => new(origin) { Entries = [.. Entries.Select(e => e with { })], Lie = Lie, _time = _time };

    /// <summary>The customer's entries, as positions in <see cref="Entries"/>.</summary>
    public int[] Of(string customer) => [.. Enumerable.Range(0, Entries.Count).Where(i => Entries[i].Customer == customer)];

    public TestEntry Append(string customer, EntryClass entryClass, Action<BodyWriter>? body = null, Guid reference = default, string kind = "http.intent")
    {
        var writer = new BodyWriter().Add("kind", kind).Add("actor", "p-dana").Add("tenant", customer);
        body?.Invoke(writer);
        return Append(customer, entryClass, writer.ToBytes(), reference);
    }

    public TestEntry Append(string customer, EntryClass entryClass, byte[] body, Guid reference = default)
    {
        _time += 1_000;
        var id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_time / 1000));
        var entry = new TestEntry(customer, entryClass, _time, id, reference, body, RandomNumberGenerator.GetBytes(32));
        Entries.Add(entry);
        return entry;
    }

    /// <summary>An intent and its outcome.</summary>
    public TestEntry Request(string customer, string path)
    {
        var intent = Append(customer, EntryClass.Intent, b => b.Add("method", "GET").Add("path", path).Add("target", "helpdesk"));
        Append(customer, EntryClass.Outcome, b => b.Add("status", 200).Add("bytes", 512).Add("cut", "=1+1;\"x\"\n\ud83d\ude02"), intent.Id, "http.outcome");
        return intent;
    }

    public void Erase(TestEntry entry)
    {
        Append(entry.Customer, EntryClass.Erase, b => b.Add("authority", "data subject"), entry.Id, "log.erased");
        Remove(entry);
    }

    public void Prune(string customer, int from, int to)
    {
        Append(customer, EntryClass.Prune, b => b.Add("from_seq", from).Add("to_seq", to), kind: "log.pruned");
        foreach (var position in Of(customer)[from..(to + 1)])
            Remove(Entries[position]);
    }

    public void Remove(TestEntry entry) => Entries[Entries.FindIndex(e => e.Id == entry.Id)] = entry with { Erased = true };

    /// <summary>Appends a heads entry; its body is derived by <see cref="Seal"/>.</summary>
    public void Heads() => Append(TrailId.System, EntryClass.Heads, []);

    /// <summary>Appends a heads entry and signs what stands then.</summary>
    public string Checkpoint(INoteSigner signer)
    {
        Heads();
        Seal();
        return Sign(signer);
    }

    public string Sign(INoteSigner signer, string? otherOrigin = null) => SignedNote.Sign(
        new Checkpoint(otherOrigin ?? origin, (ulong)Entries.Count, Root()).ToText(), [signer]).ToString();

    public byte[] Root() => Merkle.Root([.. Entries.Select(e => Merkle.HashLeaf(e.Header))]);

    /// <summary>Derives seq, prev, commit and the heads bodies of all entries, in order.</summary>
    public void Seal()
    {
        var trails = new SortedDictionary<Hash32, HeadRecord>();
        for (var i = 0; i < Entries.Count; i++)
        {
            var entry = Entries[i];
            if (entry.Class == EntryClass.Heads)
                Entries[i] = entry = entry with { Body = new HeadsBody(HeadRecord.Root(Stated(trails)), trails.Count).ToBytes() };
            var trail = Trail(entry.Customer);
            if (!trails.TryGetValue(trail, out var before))
                before = new HeadRecord(trail, 0, TrailId.Genesis(origin, trail));
            entry.Header = new EntryHeader(entry.Time, entry.Class, before.Count, entry.Id, entry.Ref, trail, before.Head,
                Commitment.Compute(entry.Salt, entry.Body), 1, 1).ToArray();
            trails[trail] = new HeadRecord(trail, before.Count + 1, new Hash32(Merkle.HashLeaf(entry.Header)));
        }
    }

    private List<HeadRecord> Stated(SortedDictionary<Hash32, HeadRecord> trails) => [.. trails.Values.Select(record => Lie?.Invoke(record) ?? record)];

    /// <summary>Exports one customer's bundle into a new folder and returns it.</summary>
    /// <param name="customer">Whose.</param>
    /// <param name="note">The checkpoint to put in; its size says up to where.</param>
    /// <param name="pinnedSize">Which checkpoint the recipient keeps; 0 for none.</param>
    /// <param name="withhold">Seqs that the export's filter leaves out.</param>
    /// <param name="firstOrigin">The log's first origin.</param>
    /// <param name="restores">Indices of the entries that state a restore.</param>
    public string Export(string customer, string note, ulong pinnedSize = 0, int[]? withhold = null, string? firstOrigin = null, int[]? restores = null)
    {
        var folder = TestFolder.New();
        using (var sink = new Disposer(new FolderSink(folder)))
            Export(sink.Sink, customer, note, pinnedSize, withhold, firstOrigin, restores);
        return folder;
    }

    public void Export(BundleSink sink, string customer, string note, ulong pinnedSize = 0, int[]? withhold = null, string? firstOrigin = null, int[]? restores = null)
    {
        var size = Math.Min((int)TransparencyLog.Checkpoint.Parse(SignedNote.Parse(note).Text).Size, Entries.Count);
        var leaves = new LeafHashes([.. Entries.Take(size).Select(e => Merkle.HashLeaf(e.Header))]);
        using var writer = new BundleWriter(sink);
        var heads = new HeadsTree();
        var counts = new Dictionary<string, ulong>();
        for (var i = 0; i < size - 1; i++)
        {
            var entry = Entries[i];
            counts[entry.Customer] = counts.GetValueOrDefault(entry.Customer) + 1;
            var record = new HeadRecord(Trail(entry.Customer), counts[entry.Customer], new Hash32(Merkle.HashLeaf(entry.Header)));
            heads.Set(Lie?.Invoke(record) ?? record);
            if (entry.Customer != customer)
                continue;
            var withheld = withhold?.Contains((int)counts[customer] - 1) == true;
            writer.Add(entry.Erased ? BundleEntry.Erased((ulong)i, entry.Header)
                : withheld ? BundleEntry.Withheld((ulong)i, entry.Header)
                : BundleEntry.With((ulong)i, entry.Header, entry.Salt, entry.Body));
        }
        var (position, proof) = heads.Find(Trail(customer))!.Value;
        var last = Entries[size - 1];
        writer.CompleteAsync(
            new BundleProof
            {
                Trail = Trail(customer), Checkpoint = note, HeadPosition = position, HeadProof = proof,
                HeadsIndex = (ulong)size - 1, HeadsHeader = last.Header, HeadsBody = last.Body, HeadsSalt = last.Salt,
                HeadsProof = InclusionProof.Create((ulong)size - 1, (ulong)size, leaves),
                Consistency = pinnedSize == 0 || pinnedSize >= (ulong)size ? [] : ConsistencyProof.Create(pinnedSize, (ulong)size, leaves),
                FirstOrigin = firstOrigin,
                Restores = Restores(restores, size, leaves),
            },
            new BundleExport
            {
                By = "alan", At = DateTimeOffset.FromUnixTimeMilliseconds(_time / 1000), Filter = withhold is null ? null : "grant=1",
                Customer = customer, Keys = [Keys], People = [new BundlePerson("p-dana", "Dana Ek", "Northwind")],
            },
            TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>The verifier key to state in keys.txt.</summary>
    public string Keys { get; init; } = new TestSigner(Origin).Key.ToString();

    /// <summary>Writes the whole-log audit files into a new folder and returns it.</summary>
    public string ExportAll(string note, string? firstOrigin = null, int[]? restores = null)
    {
        var folder = TestFolder.New();
        var size = (int)TransparencyLog.Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
        using var sink = new Disposer(new FolderSink(folder));
        using var writer = new WholeLogWriter(sink.Sink);
        foreach (var entry in Entries.Take(size))
        {
            if (entry.Class == EntryClass.Heads)
                writer.AddHeads(writer.Count, entry.Body, entry.Salt);
            writer.AddHeaders(entry.Header);
        }
        var leaves = new LeafHashes([.. Entries.Take(size).Select(e => Merkle.HashLeaf(e.Header))]);
        writer.CompleteAsync(note, firstOrigin, Restores(restores, size, leaves), TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return folder;
    }

    private RestoreProof[] Restores(int[]? indices, int size, LeafHashes leaves) => [.. (indices ?? []).Select(i => new RestoreProof(
        (ulong)i, Entries[i].Header, Entries[i].Body, Entries[i].Salt, InclusionProof.Create((ulong)i, (ulong)size, leaves)))];

    public static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class Disposer(BundleSink sink) : IDisposable
    {
        public BundleSink Sink => sink;

        public void Dispose() => sink.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
