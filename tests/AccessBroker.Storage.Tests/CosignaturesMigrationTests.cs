using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AccessBroker.Storage.Tests;

/// <summary>What witnesses had said before cosignatures had a table of their own is still there, and the checkpoints are still guarded.</summary>
public sealed class CosignaturesMigrationTests
{
    private const string Before = "SearchIndices";

    [Fact]
    public async Task Sqlite()
    {
        await using var database = new SqliteDatabase();
        await using var context = new SqliteBrokerDbContext(new DbContextOptionsBuilder<SqliteBrokerDbContext>().UseSqlite(database.ConnectionString).Options);
        await MovesAsync(context);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => context.Database.ExecuteSqlRawAsync("UPDATE audit_checkpoint SET note = 'forged'"));
        Assert.Contains("audit_checkpoint is append-only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        await PostgreSqlServer.Shared.ExecuteAsync("postgres", "CREATE DATABASE cosignatures_migration");
        await using var context = new PostgreSqlBrokerDbContext(
            new DbContextOptionsBuilder<PostgreSqlBrokerDbContext>().UseNpgsql(PostgreSqlServer.Shared.ConnectionString("cosignatures_migration")).Options);
        await MovesAsync(context);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => context.Database.ExecuteSqlRawAsync("UPDATE audit_checkpoint SET note = 'forged'"));
        Assert.Contains("audit_checkpoint is append-only", refused.Message, StringComparison.Ordinal);
    }

    private static async Task MovesAsync(BrokerDbContext context)
    {
        await context.GetService<IMigrator>().MigrateAsync(Before);
        var (root, both, none) = (new byte[32], "— w1.example AAAA\n— w2.example/log BBBB\n", "");
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO audit_checkpoint (size, root, note, cosignatures, created_at) VALUES (7, {root}, 'note 7', {both}, 0), (9, {root}, 'note 9', {none}, 0)");

        await context.Database.MigrateAsync();

        Assert.Equal(
            [(7, "w1.example", "— w1.example AAAA"), (7, "w2.example/log", "— w2.example/log BBBB")],
            (await context.AuditCosignatures.OrderBy(c => c.Witness).ToListAsync()).Select(c => (c.Size, c.Witness, c.Line)));
        Assert.Equal(["note 7", "note 9"], await context.AuditCheckpoints.OrderBy(c => c.Size).Select(c => c.Note).ToListAsync());
    }
}
