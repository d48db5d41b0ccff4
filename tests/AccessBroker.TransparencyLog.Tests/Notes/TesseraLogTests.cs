using System.Buffers.Binary;

namespace AccessBroker.TransparencyLog.Tests.Notes;

/// <summary>A log that another implementation (Tessera) wrote and signed, at each of its sizes from 0 to 15.</summary>
public sealed class TesseraLogTests(ITestOutputHelper output)
{
    private static readonly VerifierKey LogKey =
        VerifierKey.Parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");

    [Fact]
    public void Checkpoints_AllSizes_VerifyAndEqualTheirTiles()
    {
        var folder = Vectors.Require("tessera/log");
        var checkpoints = new List<Checkpoint>();
        for (var size = 0; File.Exists(Path.Combine(folder, $"checkpoint.{size}")); size++)
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, $"checkpoint.{size}"));
            var note = SignedNote.Parse(bytes);
            Assert.Equal([LogKey], note.Verify([LogKey]).Verified);
            Assert.Equal(bytes, System.Text.Encoding.UTF8.GetBytes(note.ToString()));

            var checkpoint = Checkpoint.Parse(note.Text);
            Assert.Equal(("example.com/log/testdata", (ulong)size), (checkpoint.Origin, checkpoint.Size));
            Assert.Equal(note.Text, checkpoint.ToText());
            Assert.Equal(Merkle.Root([.. Entries(folder, size).Select(entry => Merkle.HashLeaf(entry))]), checkpoint.Root);
            checkpoints.Add(checkpoint);
        }
        output.WriteLine($"vectors: tessera/log: {checkpoints.Count} signed checkpoints verified, sizes 0 to {checkpoints[^1].Size}");
        Assert.Equal(16, checkpoints.Count);
        Assert.Equal(15ul, Checkpoint.Parse(SignedNote.Parse(File.ReadAllBytes(Path.Combine(folder, "checkpoint"))).Text).Size);

        var source = new TileHashSource((level, n) => File.ReadAllBytes(Path.Combine(folder, new TilePath(level, n, 15).ToString())));
        var proofs = 0;
        foreach (var to in checkpoints.Skip(1))
        {
            foreach (var from in checkpoints.Skip(1).Take((int)to.Size))
            {
                Assert.True(ConsistencyProof.Verify(
                    from.Size, to.Size, from.Root, to.Root, ConsistencyProof.Create(from.Size, to.Size, source)));
                proofs++;
            }
            for (ulong index = 0; index < to.Size; index++, proofs++)
            {
                var leaf = Merkle.HashLeaf(Entries(folder, (int)to.Size)[(int)index]);
                Assert.True(InclusionProof.Verify(index, to.Size, leaf, InclusionProof.Create(index, to.Size, source), to.Root));
            }
        }
        output.WriteLine($"vectors: tessera/log: {proofs} proofs between them");
        Assert.Equal(240, proofs);
    }

    [Fact]
    public void Tiles_AllSizes_AreWhatTheBuilderMakes()
    {
        var folder = Vectors.Require("tessera/log");
        var (builder, none, compared) = (new TileBuilder(), new List<Tile>(), 0);
        foreach (var entry in Entries(folder, 15))
        {
            builder.Append(Merkle.HashLeaf(entry), none);
            var tile = Assert.Single(builder.Partial());
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, tile.Path.ToString())), tile.Hashes.ToArray());
            compared++;
        }
        output.WriteLine($"vectors: tessera/log: {compared} tiles equal");
        Assert.Equal(15, compared);
        Assert.Empty(none);
    }

    /// <summary>C2SP tlog-tiles, "Log entries": each with its length as a big-endian uint16.</summary>
    private static List<byte[]> Entries(string folder, int size)
    {
        var entries = new List<byte[]>();
        if (size == 0)
            return entries;
        var rest = File.ReadAllBytes(Path.Combine(folder, new TilePath(TilePath.Entries, 0, size).ToString())).AsSpan();
        while (!rest.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            entries.Add(rest.Slice(2, length).ToArray());
            rest = rest[(2 + length)..];
        }
        Assert.Equal(size, entries.Count);
        return entries;
    }
}
