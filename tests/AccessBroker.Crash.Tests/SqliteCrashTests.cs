using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Crash.Tests;

public sealed class SqliteCrashTests(ITestOutputHelper output) : CrashSuite(output)
{
    protected override string Provider => nameof(StorageProvider.Sqlite);

    protected override async Task<string> CreateDatabaseAsync()
    {
        var connectionString = $"Data Source={Path.Combine(Folder, "broker.db")}";
        await using var context = new SqliteBrokerDbContext(new DbContextOptionsBuilder<SqliteBrokerDbContext>().UseSqlite(connectionString).Options);
        await context.Database.MigrateAsync();
        return connectionString;
    }

    public override void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        base.Dispose();
    }
}
