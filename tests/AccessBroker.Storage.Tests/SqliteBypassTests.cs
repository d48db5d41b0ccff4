using Microsoft.Data.Sqlite;

namespace AccessBroker.Storage.Tests;

/// <summary>Ways past the triggers for whoever can write the database file: stopped, or else caught by whoever verifies.</summary>
[Collection("SQLite")]
public sealed class SqliteBypassTests
{
    /// <summary>REPLACE deletes the row that is in its way, and by default without firing its DELETE trigger.</summary>
    [Theory]
    [InlineData("REPLACE INTO audit_bundle SELECT first_idx, count, zeroblob(length(headers)), bodies FROM audit_bundle WHERE first_idx = 1")]
    [InlineData("INSERT OR REPLACE INTO audit_bundle SELECT 1, count, headers, bodies FROM audit_bundle WHERE first_idx = 0")]
    [InlineData("PRAGMA recursive_triggers = OFF; REPLACE INTO audit_bundle SELECT first_idx, count, headers, x'' FROM audit_bundle")]
    [InlineData("REPLACE INTO audit_checkpoint (size, root, note, created_at) SELECT size, root, 'forged', 0 FROM audit_checkpoint")]
    [InlineData("UPDATE OR REPLACE audit_bundle SET first_idx = first_idx + 1")]
    [InlineData("INSERT INTO audit_bundle SELECT 1, count, headers, bodies FROM audit_bundle WHERE first_idx = 0 ON CONFLICT DO UPDATE SET headers = excluded.headers")]
    [InlineData("DELETE FROM audit_bundle")] // SQLite's TRUNCATE
    public async Task Owner_ReplaceOrTruncate_IsStopped(string sql)
    {
        await using var database = new SqliteDatabase();
        await using var node = await Bypass.StartAsync(database);

        var refusal = await Assert.ThrowsAsync<SqliteException>(() => database.ExecuteAsOwnerAsync(sql));

        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        await Bypass.AssertVerifiesAsync(node, database);
    }

    [Theory]
    [InlineData("DROP TRIGGER audit_bundle_no_update")]
    [InlineData("PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'trigger'; PRAGMA writable_schema = RESET")]
    public async Task Owner_DropsTheTriggerAndUpdates_IsCaughtByVerification(string drop)
    {
        await using var database = new SqliteDatabase();
        await using var node = await Bypass.StartAsync(database);

        await database.ExecuteAsOwnerAsync(
            $"{drop}; UPDATE audit_bundle SET headers = CAST(substr(headers, 1, 140) || x'ff00ff00' || substr(headers, 145) AS BLOB) WHERE first_idx = 1");

        await Bypass.AssertCaughtAsync(node, database, changed: 1);
    }

    /// <summary>The triggers let bodies be changed, since erasing does.</summary>
    [Fact]
    public async Task Owner_ChangesABody_IsCaughtByTheExport()
    {
        await using var database = new SqliteDatabase();
        await using var node = await Bypass.StartAsync(database);

        await database.ExecuteAsOwnerAsync("UPDATE audit_bundle SET bodies = CAST(substr(bodies, 1, 30) || x'ff00ff00' || substr(bodies, 35) AS BLOB) WHERE first_idx = 1");

        await Bypass.AssertExportRefusedAsync(node, database, entry: 1);
    }
}
