using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace AccessBroker.Storage;

internal sealed class SqlServerAuditStore(string connectionString) : AdoAuditStore
{
    internal const string DurabilitySql = "SELECT delayed_durability_desc FROM sys.databases WHERE database_id = DB_ID()";
    internal const string ClockSql = "SELECT SYSUTCDATETIME()";

    protected override string ReserveSql =>
        "UPDATE audit_head SET size = size + @n OUTPUT inserted.size, inserted.frontier, inserted.[time] WHERE id = 1";

    protected override DbConnection Open()
    {
        var connection = new SqlConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET LOCK_TIMEOUT 1500; SET XACT_ABORT ON;";
        command.ExecuteNonQuery();
        return connection;
    }

    public override async Task RequireDurabilityAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = DurabilitySql;
        if (await command.ExecuteScalarAsync(cancellationToken) is string setting && setting != "DISABLED")
            throw new InvalidOperationException($"SQL Server's DELAYED_DURABILITY is {setting}: a commit may not be durable. Run: ALTER DATABASE CURRENT SET DELAYED_DURABILITY = DISABLED");
    }

    public override async Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = ClockSql;
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }
}
