using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit.Tests;

public sealed class BatchBuilderTests
{
    private readonly TestKeys _keys = new();

    [Fact]
    public void Build_ClockBehindThePreviousEntry_TimeDoesNotGoBack()
    {
        var head = new LockedHead(0, [], Time: 5_000, Boot: 1, new Dictionary<Hash32, TrailHead>());

        var batch = BatchBuilder.Build(head, [Entry("acme")], _keys, now: 4_000, new NodeBoot(1, 1));

        Assert.Equal(5_000, batch.Time);
        Assert.Equal(5_000, Header(batch, 0).Time);
    }

    [Fact]
    public void Build_NewTrail_BeginsAtItsGenesis()
    {
        var trail = _keys.TrailOf("acme");

        var batch = BatchBuilder.Build(Empty, [Entry("acme"), Entry("acme")], _keys, 1, new NodeBoot(7, 9));

        Assert.Equal(TrailId.Genesis(_keys.FirstOrigin, trail), Header(batch, 0).Prev);
        Assert.Equal(new Hash32(Merkle.HashLeaf(batch.Bundle.Headers.AsSpan(0, EntryHeader.Size))), Header(batch, 1).Prev);
        Assert.Equal((7u, 9u), (Header(batch, 1).Node, Header(batch, 1).Boot));
    }

    [Fact]
    public void Build_TwoTrailsInterleaved_EachCountsItsOwn()
    {
        var batch = BatchBuilder.Build(Empty, [Entry("acme"), Entry("globex"), Entry("acme")], _keys, 1, new NodeBoot(1, 1));

        Assert.Equal([0ul, 0ul, 1ul], Enumerable.Range(0, 3).Select(i => Header(batch, i).Seq));
        Assert.Equal([0L, 1L, 2L], batch.Appended.Select(a => a.Index));
        Assert.Equal(2, batch.Trails.Count);
    }

    [Fact]
    public void Build_RootOfTheFrontier_IsTheRootOfTheHeaders()
    {
        var batch = BatchBuilder.Build(Empty, [.. Enumerable.Range(0, 11).Select(i => Entry(i % 2 == 0 ? "acme" : "globex"))], _keys, 1, new NodeBoot(1, 1));

        var leaves = Enumerable.Range(0, 11).Select(i => Merkle.HashLeaf(batch.Bundle.Headers.AsSpan(i * EntryHeader.Size, EntryHeader.Size))).ToList();
        Assert.Equal(Merkle.Root(leaves), batch.Frontier.Root());
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 }, "end before body 0")]
    [InlineData(new byte[] { 0, 0, 0, 9, 1 }, "claims 9 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 5 }, "follow the last body")]
    public void Split_BlobWasChanged_SaysWhere(byte[] blob, string expected)
    {
        var refusal = Assert.Throws<InvalidDataException>(() => SealedBodies.Split(blob, 1));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BodyMovedToAnotherEntry_IsRefused()
    {
        var key = _keys.For(DataKeyOwners.Tenant("acme"));
        var sealedBody = SealedBodies.Seal(key, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), new byte[32], new byte[12], "{}"u8);

        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(
            () => SealedBodies.Open(_keys, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), sealedBody));
    }

    private static LockedHead Empty { get; } = new(0, [], 0, 1, new Dictionary<Hash32, TrailHead>());

    private PreparedEntry Entry(string tenant) => PreparedEntry.From(
        new EntryDraft(EntryClass.Event, tenant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
            new BodyWriter().Add("kind", "test.event").Add("actor", "_system").Add("tenant", tenant).ToBytes()),
        _keys, _keys);

    private static EntryHeader Header(Batch batch, int i) =>
        EntryHeader.TryRead(batch.Bundle.Headers.AsSpan(i * EntryHeader.Size, EntryHeader.Size), out var header, out var error) ? header : throw new InvalidDataException(error);
}
