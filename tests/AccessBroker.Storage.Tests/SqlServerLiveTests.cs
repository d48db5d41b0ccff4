using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace AccessBroker.Storage.Tests;

/// <summary>The storage suite on a live SQL Server: the one that ACCESSBROKER_TEST_SQLSERVER names, as an account that may create databases.</summary>
public sealed class SqlServerAuditStoreTests : AuditStoreSuite
{
    protected override async Task<TestDatabase> CreateDatabaseAsync()
    {
        Assert.SkipWhen(
            SqlServerDatabase.Server is null,
            "No SQL Server: set ACCESSBROKER_TEST_SQLSERVER to the connection string of one that may create databases. Its schema and SQL were parsed, not run.");
        return await SqlServerDatabase.CreateAsync();
    }

    protected override Task TamperAsync(TestDatabase database) => database.ExecuteAsOwnerAsync(
        """
        DISABLE TRIGGER ALL ON audit_bundle;
        UPDATE audit_bundle SET headers = SUBSTRING(headers, 1, 140)
            + CONVERT(binary(1), CONVERT(tinyint, SUBSTRING(headers, 141, 1)) ^ 1)
            + SUBSTRING(headers, 142, DATALENGTH(headers)) WHERE first_idx = 0
        """);
}

/// <summary>A database of its own on the given server; gone when disposed.</summary>
internal sealed class SqlServerDatabase(string name) : TestDatabase
{
    public static string? Server => Environment.GetEnvironmentVariable("ACCESSBROKER_TEST_SQLSERVER") is { Length: > 0 } set ? set : null;

    public override StorageProvider Provider => StorageProvider.SqlServer;

    public override string ConnectionString => new SqlConnectionStringBuilder(Server) { InitialCatalog = name }.ConnectionString;

    public override DbConnection ConnectAsOwner() => new SqlConnection(ConnectionString);

    public override Task BackUpAsync() => ExecuteAsync($"BACKUP DATABASE [{name}] TO DISK = N'{name}.bak' WITH FORMAT");

    public override Task RestoreAsync() => ExecuteAsync(
        $"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; RESTORE DATABASE [{name}] FROM DISK = N'{name}.bak' WITH REPLACE; ALTER DATABASE [{name}] SET MULTI_USER");

    public static async Task<SqlServerDatabase> CreateAsync()
    {
        var name = $"t{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await ExecuteAsync($"CREATE DATABASE [{name}]");
        return new SqlServerDatabase(name);
    }

    public override async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{name}]");
        await base.DisposeAsync();
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqlConnection(Server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        // Its text is built from a name that this class made; databases cannot be parameters.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
