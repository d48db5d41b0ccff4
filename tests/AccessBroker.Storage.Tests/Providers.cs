using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

public sealed class SqliteAuditStoreTests : AuditStoreSuite
{
    protected override Task<TestDatabase> CreateDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteDatabase());

    protected override async Task TamperAsync(TestNode node)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        await context.Database.ExecuteSqlRawAsync(
            "DROP TRIGGER audit_bundle_no_update; UPDATE audit_bundle SET headers = CAST(substr(headers, 1, 140) || zeroblob(1) || substr(headers, 142) AS BLOB) WHERE first_idx = 0");
    }
}

public sealed class PostgreSqlAuditStoreTests : AuditStoreSuite
{
    protected override async Task<TestDatabase> CreateDatabaseAsync()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        return await PostgreSqlDatabase.CreateAsync();
    }

    protected override async Task TamperAsync(TestNode node)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        await context.Database.ExecuteSqlRawAsync(
            "DROP TRIGGER audit_bundle_no_update ON audit_bundle; UPDATE audit_bundle SET headers = set_byte(headers, 140, get_byte(headers, 140) # 1) WHERE first_idx = 0");
    }
}
