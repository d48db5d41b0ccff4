using AccessBroker.Audit;

namespace AccessBroker.Storage.Tests;

/// <summary>Runs and leases of schedules, on every provider.</summary>
public abstract partial class AuditStoreSuite
{
    private static readonly TimeSpan ScheduleLease = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Schedules_TwoNodes_ARunIsTakenByOneAndMadeOnce()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database, time);
        var store = node.Get<IScheduleStore>();
        var (one, two) = (Guid.CreateVersion7(time.GetUtcNow()), Guid.CreateVersion7(time.GetUtcNow()));
        await store.AddAsync("nightly", default);
        var known = (await store.ReadAsync(default))["nightly"];
        var planned = known.Done.AddHours(1);
        time.Advance(TimeSpan.FromHours(1));
        await store.AddAsync("nightly", default); // known: stays as it is

        Assert.True(await store.TakeAsync("nightly", one, known.Done, ScheduleLease, default));
        Assert.False(await store.TakeAsync("nightly", two, known.Done, ScheduleLease, default));
        Assert.True((await store.ReadAsync(default))["nightly"].IsHeld);
        time.Advance(ScheduleLease);
        Assert.True(await store.TakeAsync("nightly", two, known.Done, ScheduleLease, default)); // the first one died
        Assert.False(await store.KeepAsync("nightly", one, ScheduleLease, default));
        Assert.False(await store.DoneAsync("nightly", one, planned, "theirs", default)); // who lost it says nothing
        Assert.True(await store.KeepAsync("nightly", two, ScheduleLease, default));
        Assert.True(await store.DoneAsync("nightly", two, planned, "nightly.acme.csv", default));

        Assert.False(await store.DoneAsync("nightly", two, planned, "again", default)); // nor twice
        Assert.False(await store.TakeAsync("nightly", one, known.Done, ScheduleLease, default)); // saw what is past
        var made = (await store.ReadAsync(default))["nightly"];
        Assert.Equal((planned, "nightly.acme.csv", false), (made.Done, made.File, made.IsHeld));
        Assert.NotNull(made.RanAt);
    }

    [Fact]
    public async Task Schedules_AFailedRun_WaitsAndItsErrorStaysUntilOneIsMade()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database, time);
        var store = node.Get<IScheduleStore>();
        var one = Guid.CreateVersion7(time.GetUtcNow());
        await store.AddAsync("nightly", default);
        var done = (await store.ReadAsync(default))["nightly"].Done;
        Assert.True(await store.TakeAsync("nightly", one, done, ScheduleLease, default));

        await store.FailedAsync("nightly", one, new string('x', 5000), TimeSpan.FromMinutes(1), default);

        var failed = (await store.ReadAsync(default))["nightly"];
        Assert.Equal((1, 1000, done), (failed.Failures, failed.Error?.Length ?? 0, failed.Done));
        Assert.False(await store.TakeAsync("nightly", one, done, ScheduleLease, default));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await store.TakeAsync("nightly", one, done, ScheduleLease, default));
        await store.ReleaseAsync("nightly", one, default);
        Assert.True(await store.TakeAsync("nightly", one, done, ScheduleLease, default));
        Assert.True(await store.DoneAsync("nightly", one, done.AddDays(1), "file", default));
        var made = (await store.ReadAsync(default))["nightly"];
        Assert.Equal((null, null, 0), (made.Error, made.FailedAt, made.Failures));
    }

    [Fact]
    public async Task Schedules_TakenByManyAtOnce_OneGetsIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var store = node.Get<IScheduleStore>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => store.AddAsync("nightly", default))));
        var done = Assert.Single(await store.ReadAsync(default)).Value.Done;

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.TakeAsync("nightly", Guid.CreateVersion7(DateTimeOffset.UnixEpoch), done, ScheduleLease, default))));

        Assert.Single(taken, t => t);
    }
}
