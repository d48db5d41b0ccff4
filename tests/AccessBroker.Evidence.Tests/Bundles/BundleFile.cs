using System.Text;

namespace AccessBroker.Evidence.Tests;

/// <summary>A bundle's entries as a forger edits them in the files: header, salt and line of each.</summary>
internal sealed class BundleFile
{
    private readonly string _bundle;

    public BundleFile(string bundle)
    {
        _bundle = bundle;
        Headers = Split(BundleFiles.Headers, EntryHeader.Size);
        Salts = Split(BundleFiles.Salts, 32);
        Lines = [.. File.ReadAllText(Path.Combine(bundle, BundleFiles.Bodies)).Split('\n')[..^1].Select(Encoding.UTF8.GetBytes)];
    }

    public List<byte[]> Headers { get; }
    public List<byte[]> Salts { get; }
    public List<byte[]> Lines { get; }

    public EntryHeader Read(int seq) => EntryHeader.TryRead(Headers[seq], out var header, out var error) ? header : throw new InvalidDataException(error);

    public void Write(int seq, EntryHeader header) => Headers[seq] = header.ToArray();

    /// <summary>Sets a body and the commitment to it.</summary>
    public void Recommit(int seq, string body)
    {
        Lines[seq] = Encoding.UTF8.GetBytes(body);
        Write(seq, Read(seq) with { Commit = Commitment.Compute(Salts[seq], Lines[seq]) });
    }

    /// <summary>Makes seq and prev of all entries fit again.</summary>
    public void Rechain()
    {
        for (var seq = 0; seq < Headers.Count; seq++)
        {
            var prev = seq == 0 ? Read(0).Prev : new Hash32(TransparencyLog.Merkle.HashLeaf(Headers[seq - 1]));
            Write(seq, Read(seq) with { Seq = (ulong)seq, Prev = prev });
        }
    }

    public void RemoveAt(int seq)
    {
        Headers.RemoveAt(seq);
        Salts.RemoveAt(seq);
        Lines.RemoveAt(seq);
    }

    public void InsertCopy(int seq, BundleFile from, int of)
    {
        Headers.Insert(seq, [.. from.Headers[of]]);
        Salts.Insert(seq, from.Salts[of]);
        Lines.Insert(seq, from.Lines[of]);
    }

    /// <summary>Writes the files; the manifest's hashes fit again, and its head.n where told.</summary>
    public string Save(bool lieAboutCount = true)
    {
        File.WriteAllBytes(Path.Combine(_bundle, BundleFiles.Headers), [.. Headers.SelectMany(b => b)]);
        File.WriteAllBytes(Path.Combine(_bundle, BundleFiles.Salts), [.. Salts.SelectMany(b => b)]);
        File.WriteAllBytes(Path.Combine(_bundle, BundleFiles.Bodies), [.. Lines.SelectMany(b => b.Append((byte)'\n'))]);
        return Scene.Rehash(_bundle, manifest =>
        {
            if (lieAboutCount)
                manifest["head"]!["n"] = Headers.Count;
        });
    }

    private List<byte[]> Split(string file, int size) => [.. File.ReadAllBytes(Path.Combine(_bundle, file)).Chunk(size)];
}
