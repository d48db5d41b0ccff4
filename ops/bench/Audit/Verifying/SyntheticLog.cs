using System.Security.Cryptography;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace Bench.Audit;

/// <summary>
/// A log as a broker would have written it, made as fast as hashing allows: intents and outcomes of many customers, a heads entry every
/// thousand entries, all of it chained, committed to and signed.
/// </summary>
internal sealed class SyntheticLog : INoteSigner, IDisposable
{
    private const string Origin = "localhost/bench";
    private const int EntriesBetweenHeads = 1000;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Frontier _tree = new();
    private readonly HeadsTree _heads = new();
    private readonly HeadRecord[] _trails;
    private readonly Guid[] _intents;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(Commitment.SaltSize);
    private long _time = 1_795_000_000_000_000;

    /// <param name="trails">Customers; the deployment's own trail comes on top.</param>
    public SyntheticLog(int trails)
    {
        _trails = [.. Enumerable.Range(0, trails + 1).Select(i => TrailId.Derive(_salt, i == 0 ? TrailId.System : $"customer-{i}")).Select(t => new HeadRecord(t, 0, TrailId.Genesis(Origin, t)))];
        _intents = new Guid[trails + 1];
    }

    public VerifierKey Key => VerifierKey.ForEcdsaP256(Origin, _key.ExportSubjectPublicKeyInfo());

    public byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();

    /// <summary>Headers alone, as a third party audits them.</summary>
    public async Task WriteWholeLogAsync(string folder, long entries)
    {
        await using var sink = new FolderSink(folder);
        using var writer = new WholeLogWriter(sink);
        for (long i = 0; i < entries; i++)
        {
            if (i == entries - 1 || i % EntriesBetweenHeads == EntriesBetweenHeads - 1)
            {
                var (header, body) = Heads();
                writer.AddHeads((ulong)i, body, _salt);
                writer.AddHeaders(header);
            }
            else
            {
                writer.AddHeaders(Entry(1 + (int)(i / 2 % (_trails.Length - 1)), Payload.Body));
            }
        }
        await writer.CompleteAsync(Checkpoint());
    }

    /// <summary>One customer's trail with its bodies.</summary>
    public async Task WriteBundleAsync(string folder, long entries)
    {
        await using var sink = new FolderSink(folder);
        using var writer = new BundleWriter(sink);
        for (long i = 0; i < entries; i++)
            writer.Add(BundleEntry.With((ulong)i, Entry(1, Payload.Body), _salt, Payload.Body));
        var proof = _tree.ToBytes().Chunk(Merkle.HashSize).Reverse().ToArray(); // the complete subtrees beside the last leaf
        var (header, body) = Heads();
        var (position, headProof) = _heads.Find(_trails[1].Trail)!.Value;
        await writer.CompleteAsync(
            new BundleProof
            {
                Trail = _trails[1].Trail, Checkpoint = Checkpoint(), HeadPosition = position, HeadProof = headProof,
                HeadsIndex = (ulong)entries, HeadsHeader = header, HeadsBody = body, HeadsSalt = _salt, HeadsProof = proof,
            },
            new BundleExport { By = "bench", At = DateTimeOffset.UnixEpoch, Keys = [Key.ToString()] });
    }

    private string Checkpoint() => SignedNote.Sign(new Checkpoint(Origin, _tree.Size, _tree.Root()).ToText(), [this]).ToString();

    /// <summary>An intent, then its outcome.</summary>
    private byte[] Entry(int trail, byte[] body)
    {
        var isIntent = _intents[trail] == Guid.Empty;
        var id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_time / 1000));
        var header = Append(trail, isIntent ? EntryClass.Intent : EntryClass.Outcome, id, _intents[trail], body);
        _intents[trail] = isIntent ? id : Guid.Empty;
        return header;
    }

    private (byte[] Header, byte[] Body) Heads()
    {
        foreach (var record in _trails.Where(t => t.Count > 0))
            _heads.Set(record);
        var body = new HeadsBody(_heads.Root(), _heads.Count).ToBytes();
        return (Append(0, EntryClass.Heads, Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_time / 1000)), Guid.Empty, body), body);
    }

    private byte[] Append(int trail, EntryClass entryClass, Guid id, Guid reference, byte[] body)
    {
        var before = _trails[trail];
        var header = new EntryHeader(_time += 40, entryClass, before.Count, id, reference, before.Trail, before.Head, Commitment.Compute(_salt, body), 1, 1).ToArray();
        var leaf = Merkle.HashLeaf(header);
        _tree.Append(leaf);
        _trails[trail] = new HeadRecord(before.Trail, before.Count + 1, new Hash32(leaf));
        return header;
    }
}
