using AccessBroker.Testing.PostgreSql;
using Npgsql;

namespace AccessBroker.Storage.Tests;

/// <summary>Ways past the triggers for whoever owns the tables or the server: stopped, or else caught by whoever verifies.</summary>
[Collection("PostgreSQL")]
public sealed class PostgreSqlBypassTests
{
    private const string ChangeAHeader = "UPDATE audit_bundle SET headers = set_byte(headers, 140, get_byte(headers, 140) # 1) WHERE first_idx = 0";

    [Theory]
    [InlineData(ChangeAHeader)]
    [InlineData("DELETE FROM audit_bundle")]
    [InlineData("TRUNCATE audit_bundle")]
    [InlineData("UPDATE audit_checkpoint SET root = ''")]
    [InlineData("DELETE FROM audit_checkpoint")]
    [InlineData("TRUNCATE audit_checkpoint")]
    public async Task Superuser_InReplicationRole_IsStopped(string sql)
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => database.ExecuteAsAsync(PostgreSqlServer.Administrator, $"SET session_replication_role = replica; {sql}"));

        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        await Bypass.AssertVerifiesAsync(node, database);
    }

    [Theory]
    [InlineData("TRUNCATE audit_bundle")]
    [InlineData("TRUNCATE audit_checkpoint")]
    [InlineData("TRUNCATE audit_head, audit_trail, audit_bundle, audit_checkpoint CASCADE")]
    public async Task Owner_Truncate_IsStopped(string sql)
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsOwnerAsync(sql));

        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        await Bypass.AssertVerifiesAsync(node, database);
    }

    /// <summary>No trigger fires where a table is rewritten. Here the server refuses, because a trigger's condition names the column.</summary>
    [Fact]
    public async Task Owner_AlterHeadersUsing_IsStopped()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => database.ExecuteAsOwnerAsync("ALTER TABLE audit_bundle ALTER COLUMN headers TYPE bytea USING set_byte(headers, 140, 0)"));

        Assert.Equal(PostgresErrorCodes.FeatureNotSupported, refusal.SqlState);
        await Bypass.AssertVerifiesAsync(node, database);
    }

    [Fact]
    public async Task Owner_AlterHeadersUsingWithoutTheTrigger_IsCaughtByVerification()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        await database.ExecuteAsOwnerAsync(
            """
            DROP TRIGGER audit_bundle_no_update ON audit_bundle;
            ALTER TABLE audit_bundle ALTER COLUMN headers TYPE bytea USING
                CASE first_idx WHEN 1 THEN set_byte(headers, 140, get_byte(headers, 140) # 1) ELSE headers END
            """);

        await Bypass.AssertCaughtAsync(node, database, changed: 1);
    }

    [Fact]
    public async Task Owner_DropsTheTriggerAndUpdates_IsCaughtByVerification()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        await database.ExecuteAsOwnerAsync(
            "DROP TRIGGER audit_bundle_no_update ON audit_bundle; UPDATE audit_bundle SET headers = set_byte(headers, 140, get_byte(headers, 140) # 1) WHERE first_idx = 1");

        await Bypass.AssertCaughtAsync(node, database, changed: 1);
    }

    [Fact]
    public async Task Owner_AlterBodiesUsing_IsCaughtByTheExport()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = await Bypass.StartAsync(database);

        await database.ExecuteAsOwnerAsync(
            "ALTER TABLE audit_bundle ALTER COLUMN bodies TYPE bytea USING CASE first_idx WHEN 1 THEN set_byte(bodies, 30, get_byte(bodies, 30) # 1) ELSE bodies END");

        await Bypass.AssertExportRefusedAsync(node, database, entry: 1);
    }
}
