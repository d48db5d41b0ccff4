using AccessBroker.Audit;
using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

[Collection("SQLite")]
public sealed class SqliteAuditStoreTests : AuditStoreSuite
{
    /// <summary>What a connection string can do to SQLite's durability; <c>synchronous</c> itself stands in no file and no connection string.</summary>
    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=shared;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=")]
    public async Task RequireDurability_DatabaseOnNoDisk_IsRefused(string connectionString)
    {
        using var store = new SqliteAuditStore(connectionString);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => store.RequireDurabilityAsync(default));

        Assert.Contains("would not be durable", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>2 is FULL. Use cases commit on EF's connections, so these count as much as the log's own.</summary>
    [Fact]
    public async Task Connections_OfTheUseCases_CommitDurably()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();

        Assert.Equal(2, await context.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync());
        Assert.Equal("wal", await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync());
    }

    /// <summary>Not in the rows only: in no byte of the database or its write-ahead log, neither what people wrote nor the sealed body, whose key lives on.</summary>
    [Fact]
    public async Task Erase_DatabaseFileAndWal_HoldNoByteOfIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        var gone = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret-of-one-person"));
        await Eventually.Async(async () => await node.Get<IAuditRecords>().ProjectedToAsync(default) > gone.Index);
        var sealedBody = await SealedBodyAsync(node, gone.Index);
        Assert.True(Holds(database, sealedBody));
        Assert.True(Holds(database, "the-secret-of-one-person"u8));

        await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { gone.Index } }), null, default);

        Assert.False(Holds(database, sealedBody));
        Assert.False(Holds(database, "the-secret-of-one-person"u8));
    }

    /// <summary>Whoever can write the file cannot make searches stop at what they changed.</summary>
    [Fact]
    public async Task Projection_OneBodyWasChanged_ItIsShownAsUnreadableAndTheNextOnesAreFound()
    {
        await using var database = await CreateDatabaseAsync();
        AppendedEntry changed, next;
        await using (var node = await TestNode.StartAsync(database))
        {
            await AddTenantAsync(node, "acme");
            changed = await node.Log.AppendAsync(TestNode.Event("acme", reason: "before the forger came"));
            next = await node.Log.AppendAsync(TestNode.Event("acme", reason: "after it"));
        }
        await database.ExecuteAsOwnerAsync(
            $"DELETE FROM audit_event; UPDATE audit_bundle SET bodies = CAST(substr(bodies, 1, length(bodies) - 1) || x'00' || '' AS BLOB) WHERE first_idx = {changed.Index}");

        await using var restarted = await TestNode.StartAsync(database);
        await Eventually.Async(async () => await restarted.Get<IAuditRecords>().ProjectedToAsync(default) > next.Index);

        var found = await restarted.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = ["acme"], Before = next.Index + 1, Limit = 2 }, default);
        Assert.Equal([(next.Index, "test.event"), (changed.Index, "unreadable")], found.Select(e => (e.Index, e.Kind)));
    }

    private static bool Holds(TestDatabase database, ReadOnlySpan<byte> bytes) => AnyHolds(Directory.GetFiles(database.Folder, "broker.db*"), bytes);

    protected override Task<TestDatabase> CreateDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteDatabase());

    protected override Task TamperAsync(TestDatabase database) => database.ExecuteAsOwnerAsync(
        "DROP TRIGGER audit_bundle_no_update; UPDATE audit_bundle SET headers = CAST(substr(headers, 1, 140) || zeroblob(1) || substr(headers, 142) AS BLOB) WHERE first_idx = 0");
}

/// <summary>As the restricted account that <c>ops/sql/postgresql.sql</c> makes.</summary>
[Collection("PostgreSQL")]
public sealed class PostgreSqlAuditStoreTests : AuditStoreSuite
{
    [Fact]
    public async Task Clock_MoreThanFiveSecondsOff_NotReadyUntilItAgreesAndNobodyIsReapedByIt()
    {
        await using var database = await CreateDatabaseAsync();
        var clock = new WrongClock();
        await using var other = await TestNode.StartAsync(database);
        await using var node = await TestNode.StartAsync(database, clock);
        await other.Log.AppendAsync(TestNode.Event("acme"));
        var health = node.Get<IAuditHealth>();
        Assert.True(health.Ready, health.Detail);

        clock.Ahead = TimeSpan.FromSeconds(13);
        await Eventually.Async(() => Task.FromResult(!health.Ready));
        Assert.Equal("This node's clock is 13 s ahead of the database's, and at most 5 s are allowed. Synchronise both.", health.Detail);
        await Task.Delay(NodeLease.RenewEvery * 2);
        Assert.Equal(0, other.Get<ReapWitness>().Times);
        clock.Ahead = TimeSpan.FromSeconds(-7);
        await Eventually.Async(() => Task.FromResult(health.Detail.Contains("7 s behind", StringComparison.Ordinal)));
        clock.Ahead = TimeSpan.FromSeconds(-2);

        await Eventually.Async(() => Task.FromResult(health.Ready));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_CommitsAreNotDurable_IsRefused(bool setInTheDatabase)
    {
        await using var database = await CreateDatabaseAsync();
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString);
        if (setInTheDatabase)
            await PostgreSqlServer.Shared.ExecuteAsync("postgres", $"ALTER DATABASE {connection.Database} SET synchronous_commit = off");
        else
            connection.Options = "-c synchronous_commit=off";

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => TestNode.StartAsync(database, ("Storage:ConnectionString", connection.ConnectionString)));

        Assert.Contains("synchronous_commit = off", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TheServerDoesNotWaitForItsDisk_IsRefused()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        using var server = PostgreSqlServer.Start();
        await server.ExecuteAsync("postgres", "ALTER SYSTEM SET fsync = off");
        await server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        using var store = new PostgreSqlAuditStore(server.ConnectionString("postgres"));

        await Eventually.Async(async () => (await Record.ExceptionAsync(() => store.RequireDurabilityAsync(default)))?.Message.Contains("fsync = off", StringComparison.Ordinal) == true);
    }

    /// <summary>
    /// Row versions that an update left behind stay in the files until the table is written anew, as ops/docs/operations.md says; then
    /// no byte of them is left. The server's write-ahead log, which it overwrites in its own time, is not looked at.
    /// </summary>
    [Fact]
    public async Task Erase_TableFilesAfterAFullVacuum_HoldNoByteOfIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        var gone = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret-of-one-person"));
        await Eventually.Async(async () => await node.Get<IAuditRecords>().ProjectedToAsync(default) > gone.Index);
        var sealedBody = await SealedBodyAsync(node, gone.Index);
        Assert.True(await HoldsAsync(database, sealedBody));
        Assert.True(await HoldsAsync(database, "the-secret-of-one-person"u8.ToArray()));

        await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { gone.Index } }), null, default);
        foreach (var table in new[] { "audit_bundle", "audit_event" })
            await database.ExecuteAsOwnerAsync($"VACUUM FULL {table}");

        Assert.False(await HoldsAsync(database, sealedBody));
        Assert.False(await HoldsAsync(database, "the-secret-of-one-person"u8.ToArray()));
    }

    private static async Task<bool> HoldsAsync(TestDatabase database, byte[] bytes)
    {
        var name = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        return AnyHolds(await PostgreSqlServer.Shared.FilesOfAsync(name), bytes);
    }

    protected override async Task<TestDatabase> CreateDatabaseAsync() => await PostgreSqlDatabase.CreateAsync();

    protected override Task TamperAsync(TestDatabase database) => database.ExecuteAsOwnerAsync(
        "DROP TRIGGER audit_bundle_no_update ON audit_bundle; UPDATE audit_bundle SET headers = set_byte(headers, 140, get_byte(headers, 140) # 1) WHERE first_idx = 0");
}
