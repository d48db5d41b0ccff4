using CsCheck;

namespace AccessBroker.TransparencyLog.Tests.Tiles;

public sealed class TileTests
{
    [Theory]
    [InlineData(0, 1234067ul, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 0ul, 3, "tile/1/000.p/3")]
    [InlineData(2, 999ul, 255, "tile/2/999.p/255")]
    [InlineData(0, 1000ul, 256, "tile/0/x001/000")]
    [InlineData(63, ulong.MaxValue, 1, "tile/63/x018/x446/x744/x073/x709/x551/615.p/1")]
    [InlineData(TilePath.Entries, 17ul, 256, "tile/entries/017")]
    public void Path_AnyTile_IsWrittenAndReadAsSpecified(int level, ulong index, int width, string text)
    {
        var path = new TilePath(level, index, width);
        Assert.Equal(text, path.ToString());
        Assert.True(TilePath.TryParse(text, out var read));
        Assert.Equal(path, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/1000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/xx01/002")]
    [InlineData("tile/00/001")]
    [InlineData("tile/64/001")]
    [InlineData("tile/-1/001")]
    [InlineData("tile/+1/001")]
    [InlineData("tile/0/001.p")]
    [InlineData("tile/0/001.p/")]
    [InlineData("tile/0/001.p/0")]
    [InlineData("tile/0/001.p/03")]
    [InlineData("tile/0/001.p/256")]
    [InlineData("tile/0/001/")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/../001")]
    [InlineData("/tile/0/001")]
    public void PathTryParse_NotAsSpecified_IsFalse(string? text) => Assert.False(TilePath.TryParse(text, out _));

    [Fact]
    public void Widths_OfTheSpecificationsExample_AreAsItSays()
    {
        Assert.Equal((273ul, 112), (TilePath.FullTiles(0, 70_000), TilePath.PartialWidth(0, 70_000)));
        Assert.Equal((1ul, 17), (TilePath.FullTiles(1, 70_000), TilePath.PartialWidth(1, 70_000)));
        Assert.Equal((0ul, 1), (TilePath.FullTiles(2, 70_000), TilePath.PartialWidth(2, 70_000)));
    }

    [Fact]
    public void BuilderAppend_70000Leaves_GivesTheTilesOfTheSpecificationsExample()
    {
        var (builder, frontier, tiles) = (new TileBuilder(), new Frontier(), new List<Tile>());
        var leaf = new byte[32];
        for (var i = 0; i < 70_000; i++)
        {
            BitConverter.TryWriteBytes(leaf, i);
            builder.Append(leaf, tiles);
            frontier.Append(leaf);
        }
        Assert.Equal(273, tiles.Count(tile => tile is { Level: 0, Width: 256 }));
        Assert.Equal(1, tiles.Count(tile => tile is { Level: 1, Width: 256 }));
        Assert.Equal(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"], builder.Partial().Select(tile => tile.Path.ToString()));

        // The tree that the tiles hold is the tree: its proofs lead to the frontier's root.
        var source = new TileHashSource(Reader([.. tiles, .. builder.Partial()]));
        BitConverter.TryWriteBytes(leaf, 65_535);
        Assert.True(InclusionProof.Verify(65_535, 70_000, leaf, InclusionProof.Create(65_535, 70_000, source), frontier.Root()));
    }

    [Fact]
    public void HashSource_WithOrWithoutPartialTilesAbove_MakesTheSameProofs() =>
        (from size in Gen.Int[1, 5000] from index in Gen.Int[0, size - 1] select (size, index)).Sample(t =>
        {
            var (builder, tiles) = Build(t.size);
            var expected = InclusionProof.Create((ulong)t.index, (ulong)t.size, new LeafHashes(NaiveTree.Leaves));
            var all = new TileHashSource(Reader([.. tiles, .. builder.Partial()]));
            var lowest = new TileHashSource(Reader([.. tiles.Where(x => x.Level == 0), .. builder.Partial().Where(x => x.Level == 0)]));
            return Same(expected, InclusionProof.Create((ulong)t.index, (ulong)t.size, all))
                && Same(expected, InclusionProof.Create((ulong)t.index, (ulong)t.size, lowest));
        }, iter: 60);

    [Fact]
    public void BuilderResume_AtAnySize_GoesOnAsIfNeverStopped() => Gen.Select(Gen.Int[0, 2500], Gen.Int[0, 2500], Gen.Bool).Sample((stop, more, withPartialAbove) =>
    {
        var (builder, tiles) = Build(stop);
        var stored = tiles.Concat(builder.Partial().Where(tile => withPartialAbove || tile.Level == 0)).ToList();
        var resumed = TileBuilder.Resume((ulong)stop, Reader(stored));
        for (var i = stop; i < stop + more; i++)
            resumed.Append(NaiveTree.Leaves[i], tiles);
        var (expectedBuilder, expected) = Build(stop + more);
        return Describe(expected).SequenceEqual(Describe(tiles))
            && Describe(expectedBuilder.Partial()).SequenceEqual(Describe(resumed.Partial()))
            && resumed.Size == (ulong)(stop + more);
    }, iter: 40);

    [Fact]
    public void HashSourceRead_TileMissing_NamesTheTile()
    {
        var error = Assert.Throws<InvalidDataException>(() => new TileHashSource((_, _) => null).Read(9, 1234067, new byte[32]));
        Assert.Contains("tile/0/x002/x468/134", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(8193)]
    [InlineData(8224)]
    public void HashSourceRead_BytesThatAreNoTile_NamesTheTile(int length)
    {
        var source = new TileHashSource((_, _) => new byte[length]);
        var error = Assert.Throws<InvalidDataException>(() => source.Read(0, 0, new byte[32]));
        Assert.Contains("tile/0/000", error.Message, StringComparison.Ordinal);
    }

    private static (TileBuilder, List<Tile>) Build(int size)
    {
        var (builder, tiles) = (new TileBuilder(), new List<Tile>());
        for (var i = 0; i < size; i++)
            builder.Append(NaiveTree.Leaves[i], tiles);
        return (builder, tiles);
    }

    private static TileReader Reader(IEnumerable<Tile> tiles)
    {
        var stored = tiles.ToDictionary(tile => (tile.Level, tile.Index), tile => tile.Hashes);
        return (level, n) => stored.TryGetValue((level, n), out var hashes) ? hashes : null;
    }

    private static IEnumerable<string> Describe(IEnumerable<Tile> tiles) =>
        tiles.Select(tile => $"{tile.Path} {Convert.ToHexString(tile.Hashes.Span)}");

    private static bool Same(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> actual) =>
        expected.Select(Convert.ToHexString).SequenceEqual(actual.Select(Convert.ToHexString));
}
