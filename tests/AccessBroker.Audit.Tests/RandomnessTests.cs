namespace AccessBroker.Audit.Tests;

public sealed class RandomnessTests
{
    [Fact]
    public void Fill_ManyTimesOnManyThreads_HandsNoByteOutTwice()
    {
        var draws = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).SelectMany(_ => Enumerable.Range(0, 500).Select(i =>
        {
            var drawn = new byte[32 + i % 13];
            Randomness.Fill(drawn);
            return Convert.ToHexString(drawn.AsSpan(0, 16));
        })).ToList();

        Assert.Equal(draws.Count, draws.Distinct().Count());
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(1024), InlineData(5000)]
    public void Fill_AnyLength_LeavesNothingUnfilled(int length)
    {
        var drawn = new byte[length];
        Randomness.Fill(drawn);
        Assert.True(length < 16 || drawn.Chunk(16).Where(c => c.Length == 16).All(c => c.Any(b => b != 0)));
    }

    [Fact]
    public void NewId_IsAUuidOfVersion7AndItsInstant()
    {
        var at = new DateTimeOffset(2026, 11, 28, 3, 4, 5, 678, TimeSpan.Zero);
        var (id, other) = (Randomness.NewId(at), Randomness.NewId(at));

        Assert.Equal((7, 2), (id.Version, id.Variant >> 2));
        Assert.Equal(Guid.CreateVersion7(at).ToString()[..13], id.ToString()[..13]);
        Assert.NotEqual(id, other);
    }
}
