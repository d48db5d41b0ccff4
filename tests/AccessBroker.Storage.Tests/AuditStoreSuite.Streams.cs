using AccessBroker.Audit;

namespace AccessBroker.Storage.Tests;

/// <summary>Places and leases of streams, on every provider.</summary>
public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task Streams_TwoNodes_OneFeedsAndTheOtherGoesOnWhereItEnded()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database, time);
        var store = node.Get<IStreamStore>();
        var (one, two, lease) = (Guid.CreateVersion7(time.GetUtcNow()), Guid.CreateVersion7(time.GetUtcNow()), TimeSpan.FromSeconds(15));

        Assert.Equal(new StreamPlace(7, 7, ""), await store.TakeAsync("siem", one, lease, begin: 7, default));
        Assert.Null(await store.TakeAsync("siem", two, lease, begin: 99, default));
        await store.RecordedAsync("siem", one, "configured", default);
        Assert.True(await store.AnnounceAsync("siem", one, 7, 20, default));
        Assert.False(await store.AnnounceAsync("siem", two, 7, 30, default));
        Assert.False(await store.AdvanceAsync("siem", two, 7, 30, default));
        time.Advance(lease);

        Assert.Equal(new StreamPlace(7, 20, "configured"), await store.TakeAsync("siem", two, lease, begin: 99, default)); // the same batch
        Assert.False(await store.AdvanceAsync("siem", one, 7, 20, default)); // who lost it moves nothing
        Assert.Null(await store.TakeAsync("siem", one, lease, begin: 99, default));
        Assert.True(await store.AdvanceAsync("siem", two, 7, 20, default));
        Assert.False(await store.AdvanceAsync("siem", two, 7, 20, default)); // nor twice
        await store.ReleaseAsync("siem", two, default);
        Assert.Equal(new StreamPlace(20, 20, "configured"), await store.TakeAsync("siem", one, lease, begin: 99, default));
    }

    [Fact]
    public async Task Streams_BegunByManyAtOnce_AreOne()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var store = node.Get<IStreamStore>();

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.TakeAsync("siem", Guid.CreateVersion7(DateTimeOffset.UnixEpoch), TimeSpan.FromMinutes(1), begin: i, default))));

        Assert.Single(taken, place => place is not null);
    }
}
