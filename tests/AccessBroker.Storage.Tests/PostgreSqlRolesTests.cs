using AccessBroker.Audit;
using AccessBroker.Testing.PostgreSql;
using Npgsql;

namespace AccessBroker.Storage.Tests;

/// <summary>What the accounts of <c>ops/sql/postgresql.sql</c> cannot do. What they can, the storage suite and the server's tests do as them.</summary>
[Collection("PostgreSQL")]
public sealed class PostgreSqlRolesTests(PostgreSqlRolesTests.UsedDatabase used) : IClassFixture<PostgreSqlRolesTests.UsedDatabase>
{
    [Theory]
    [InlineData("UPDATE audit_bundle SET bodies = ''")]
    [InlineData("UPDATE audit_bundle SET headers = bodies")]
    [InlineData("DELETE FROM audit_bundle")]
    [InlineData("TRUNCATE audit_bundle")]
    [InlineData("UPDATE audit_checkpoint SET note = 'forged'")]
    [InlineData("UPDATE audit_checkpoint SET root = '\\x00'")]
    [InlineData("DELETE FROM audit_checkpoint")]
    [InlineData("TRUNCATE audit_checkpoint")]
    [InlineData("DELETE FROM audit_trail")]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("DROP TRIGGER audit_bundle_no_update ON audit_bundle")]
    [InlineData("ALTER TABLE audit_bundle DISABLE TRIGGER ALL")]
    [InlineData("ALTER TABLE audit_bundle ALTER COLUMN bodies TYPE bytea USING ''")]
    [InlineData("ALTER TABLE audit_bundle RENAME TO gone")]
    [InlineData("DROP TABLE audit_bundle")]
    [InlineData("CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("SET ROLE accessbroker_owner")]
    [InlineData("SET ROLE accessbroker_eraser")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("CREATE TEMPORARY TABLE audit_bundle (id int)")]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\"")]
    [InlineData("UPDATE access_grant SET \"NotAfter\" = \"NotAfter\" + 1")]
    [InlineData("UPDATE access_grant SET \"Scope\" = '{}'")]
    [InlineData("DELETE FROM access_grant")]
    [InlineData("UPDATE data_key SET \"Wrapped\" = NULL")]
    [InlineData("UPDATE data_key SET \"Generation\" = 7")]
    [InlineData("UPDATE signing_key SET \"KeyId\" = '7'")]
    [InlineData("DELETE FROM signing_key")]
    [InlineData("UPDATE data_protection_key SET \"Xml\" = ''")]
    [InlineData("UPDATE setting SET \"Value\" = 'real'")]
    [InlineData("UPDATE erasure SET \"What\" = 'everything'")]
    [InlineData("UPDATE audit_event SET kind = 'none'")]
    [InlineData("DELETE FROM audit_event")]
    public Task Broker_MoreThanItsWork_IsDenied(string sql) => AssertDeniedAsync(BrokerRoles.Broker, sql);

    [Theory]
    [InlineData("UPDATE audit_bundle SET headers = bodies")]
    [InlineData("UPDATE audit_bundle SET first_idx = 7")]
    [InlineData("DELETE FROM audit_bundle")]
    [InlineData("TRUNCATE audit_bundle")]
    [InlineData("INSERT INTO audit_bundle VALUES (7, 1, '', '')")]
    [InlineData("SELECT * FROM data_key")]
    [InlineData("UPDATE audit_checkpoint SET note = 'forged'")]
    [InlineData("DROP TRIGGER audit_bundle_no_update ON audit_bundle")]
    [InlineData("UPDATE audit_head SET size = 0")]
    [InlineData("UPDATE access_grant SET \"NotAfter\" = 0")]
    [InlineData("UPDATE erasure SET \"State\" = 2")]
    [InlineData("UPDATE audit_event SET kind = 'none'")]
    [InlineData("TRUNCATE audit_event")]
    public Task Eraser_MoreThanBodies_IsDenied(string sql) => AssertDeniedAsync(BrokerRoles.Eraser, sql);

    /// <summary>Whoever has the eraser's password cannot take over an engineer's row, and with it their live access.</summary>
    [Fact]
    public async Task Eraser_Person_CanBeForgottenAndNotBecomeAnother()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        var id = Guid.NewGuid();
        await database.ExecuteAsOwnerAsync($"INSERT INTO person (\"Id\", \"Issuer\", \"Subject\", \"Profile\", \"CreatedAt\") VALUES ('{id}', 'https://id.example', 'eve', 'x', 0)");

        foreach (var change in new[] { "\"Subject\" = 'mallory'", "\"Subject\" = 'erased:another'", "\"Profile\" = 'y'" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsAsync(BrokerRoles.Eraser, $"UPDATE person SET {change} WHERE \"Id\" = '{id}'"));
            Assert.Contains("can be forgotten, and not be changed", refused.Message, StringComparison.Ordinal);
        }
        await database.ExecuteAsAsync(BrokerRoles.Eraser, $"UPDATE person SET \"Subject\" = 'erased:{id}', \"Profile\" = NULL WHERE \"Id\" = '{id}'");
    }

    [Fact]
    public async Task NewTable_ByDefault_GivesNobodyAnything()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await database.ExecuteAsOwnerAsync("CREATE TABLE of_a_later_version (id int)");

        await AssertDeniedAsync(database, BrokerRoles.Broker, "SELECT * FROM of_a_later_version");
        await AssertDeniedAsync(database, BrokerRoles.Eraser, "SELECT * FROM of_a_later_version");
    }

    [Fact]
    public async Task Script_RunAgain_TakesBackWhatWasGivenBesides()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await database.ExecuteAsOwnerAsync("GRANT ALL ON audit_bundle TO accessbroker_broker; GRANT UPDATE (note) ON audit_checkpoint TO accessbroker_broker, PUBLIC");

        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!);

        await AssertDeniedAsync(database, BrokerRoles.Broker, "UPDATE audit_bundle SET bodies = ''");
        await AssertDeniedAsync(database, BrokerRoles.Broker, "UPDATE audit_checkpoint SET note = 'forged'");
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
    }

    [Fact]
    public async Task Start_SchemaIsBehindAndTheAccountMayNotChangeIt_SaysWhatToDo()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await database.ExecuteAsOwnerAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%AppendOnly'");

        var refusal = await Assert.ThrowsAsync<SchemaBehindException>(() => TestNode.StartAsync(database));

        Assert.Contains("lacks 1 of this version's migrations (first 20261124040000_AppendOnly)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'migrate' with the owner's connection string", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The entry that says so comes first: without the right to follow it up, there must be none.</summary>
    [Fact]
    public async Task Erase_WithoutTheErasersAccount_FailsBeforeTheLogSaysAnything()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await TestNode.StartAsync(database, ("Storage:ErasureConnectionString", ""));
        var entry = await node.Log.AppendAsync(TestNode.Event("acme"));
        var order = new Erasure("acme", new ErasureSelection { Entries = new HashSet<long> { entry.Index } }, Guid.Empty, Guid.Empty, "GDPR Art. 17", "Asked for.");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => node.Get<Eraser>().EraseAsync(order, null, default));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        Assert.Equal(entry.Index + 1, (await node.Get<IAuditRecords>().ReadHeadAsync(default)).Size);
    }

    [Fact]
    public async Task Rebuild_WithoutTheErasersAccount_FailsBeforeAnythingIsTouched()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await TestNode.StartAsync(database, ("Storage:ErasureConnectionString", ""));
        var entry = await node.Log.AppendAsync(TestNode.Event("acme"));
        await Eventually.Async(async () => await node.Get<IAuditRecords>().ProjectedToAsync(default) > entry.Index);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => node.Get<SearchRebuild>().RunAsync(null, default));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        Assert.Equal(entry.Index + 1, await node.Get<IAuditRecords>().ProjectedToAsync(default));
    }

    private async Task AssertDeniedAsync(string role, string sql) => await AssertDeniedAsync(await used.GetAsync(), role, sql);

    private static async Task AssertDeniedAsync(PostgreSqlDatabase database, string role, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsAsync(role, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    /// <summary>A log with entries and a checkpoint, for all that is denied and so changes nothing. Made by the first test, which can be skipped.</summary>
    public sealed class UsedDatabase : IAsyncDisposable
    {
        private PostgreSqlDatabase? _database;

        public async Task<PostgreSqlDatabase> GetAsync()
        {
            if (_database is not null)
                return _database;
            var database = await PostgreSqlDatabase.CreateAsync();
            await using var node = await Bypass.StartAsync(database);
            return _database = database;
        }

        public async ValueTask DisposeAsync()
        {
            if (_database is not null)
                await _database.DisposeAsync();
        }
    }
}
