using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AccessBroker.Storage;

// Used by `dotnet ef` alone: it needs a provider, never a server.

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteBrokerDbContext>
{
    public SqliteBrokerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteBrokerDbContext>().UseSqlite("Data Source=:memory:").Options);
}

internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlBrokerDbContext>
{
    public PostgreSqlBrokerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlBrokerDbContext>().UseNpgsql("Host=localhost").Options);
}

internal sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerBrokerDbContext>
{
    public SqlServerBrokerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerBrokerDbContext>().UseSqlServer("Server=localhost").Options);
}
