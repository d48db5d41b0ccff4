using System.Net;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Log;

/// <summary>What a monitor can do with nothing but the address and the key.</summary>
public sealed class TilesTests(QuietBroker quiet) : IClassFixture<QuietBroker>
{
    [Fact]
    public async Task Monitor_TwoCheckpoints_RecomputesBothRootsFromTheSameLeaves()
    {
        await using var broker = await QuietBroker.StartAsync();
        using var http = broker.Anonymous();
        var monitor = new Monitor(http, await http.GetStringAsync("/log/vkey"));
        await AppendAndPublishAsync(broker, 40);
        var first = await monitor.CheckpointAsync();
        var before = await monitor.LeavesAsync(first.Size);
        Assert.Equal(first.Root, Monitor.Root(before));

        await AppendAndPublishAsync(broker, 600); // fills two tiles and begins a third
        var second = await monitor.CheckpointAsync();
        var after = await monitor.LeavesAsync(second.Size);

        Assert.True(second.Size > 512 && second.Size > first.Size);
        Assert.Equal(second.Root, Monitor.Root(after));
        Assert.Equal(first.Root, Monitor.Root(after, 0, (int)first.Size)); // the log only grew
        Assert.Equal(before, after.Take(before.Count));
        var above = await monitor.HashesAsync(1, second.Size);
        Assert.Equal(Enumerable.Range(0, (int)(second.Size / 256)).Select(n => Monitor.Root(after, n * 256, n * 256 + 256)), above);
        Assert.Equal(before, (await monitor.LeavesAsync(first.Size)).ToList()); // the partial tile of the first checkpoint is still served
    }

    [Fact]
    public async Task Tile_NothingIsPublished_IsNotServedThoughTheEntriesAreThere()
    {
        await using var broker = await QuietBroker.StartAsync();
        using var http = broker.Anonymous();
        await AppendAndPublishAsync(broker, 10);
        var size = (await new Monitor(http, await http.GetStringAsync("/log/vkey")).CheckpointAsync()).Size;
        await AppendAsync(broker, 300);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/log/tile/0/000.p/{size}")).StatusCode);
        Assert.Contains("covers", await SentenceAsync(http, $"/log/tile/0/000.p/{size + 1}", HttpStatusCode.NotFound), StringComparison.Ordinal);
        Assert.Contains("covers", await SentenceAsync(http, "/log/tile/0/000", HttpStatusCode.NotFound), StringComparison.Ordinal);
        Assert.Contains("covers", await SentenceAsync(http, "/log/tile/1/000.p/1", HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/x001/067")] // a good address of a tile that the log is too short for
    [InlineData("0/x018/x446/x744/x073/x709/x551/615")] // the largest index that there is
    [InlineData("63/000.p/1")]
    public async Task Tile_BeyondTheLog_Is404WithASentence(string path)
    {
        using var http = quiet.Broker.Anonymous();
        Assert.Contains("covers", await SentenceAsync(http, "/log/tile/" + path, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/0")]
    [InlineData("0/x000/067")] // a second spelling of 067
    [InlineData("00/000")]
    [InlineData("64/000")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0/000/")]
    [InlineData("-1/000")]
    [InlineData("0/%2e%2e/000")]
    [InlineData("0/99999999999999999999999999")]
    [InlineData("")]
    public async Task Tile_AddressThatIsNone_Is404AndSaysHowTheyLook(string path)
    {
        using var http = quiet.Broker.Anonymous();
        using var response = await http.GetAsync("/log/tile/" + path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        if (path is not ("" or "0/%2e%2e/000")) // these are addresses of something else before they reach the log
            Assert.Contains("no tile's address", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_AreCustomers_410SaysWhereTheHashesAre()
    {
        using var http = quiet.Broker.Anonymous();
        Assert.Contains("customers'", await SentenceAsync(http, "/log/tile/entries/000", HttpStatusCode.Gone), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync("/log/checkpoint", null)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.DeleteAsync("/log/tile/0/000")).StatusCode);
    }

    [Fact]
    public async Task Checkpoint_NoneWasPublished_IsNotMadeByAsking()
    {
        await using var broker = await QuietBroker.StartAsync();
        using var http = broker.Anonymous();
        await SentenceAsync(http, "/log/checkpoint", HttpStatusCode.NotFound);
        Assert.Null(await broker.Services.GetRequiredService<IAuditRecords>().LatestCheckpointAsync(default));
    }

    private static async Task AppendAsync(AccessBrokerFactory broker, int count)
    {
        var log = broker.Services.GetRequiredService<IAuditLog>();
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => log.AppendAsync(Event(i)).AsTask()));
    }

    private static async Task AppendAndPublishAsync(AccessBrokerFactory broker, int count)
    {
        await AppendAsync(broker, count);
        await broker.Services.GetRequiredService<CheckpointPublisher>().PublishAsync();
    }

    private static EntryDraft Event(int i) => new(
        EntryClass.Event, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", "test.event").Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", "acme").Add("n", i).ToBytes());

    private static async Task<string> SentenceAsync(HttpClient http, string path, HttpStatusCode expected)
    {
        using var response = await http.GetAsync(path);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }
}
