using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AccessBroker.Storage;

internal sealed class SqliteAuditStore(string connectionString) : AdoAuditStore
{
    private readonly string _connectionString = SqliteConnections.Tune(connectionString);

    protected override string ReserveSql => "UPDATE audit_head SET size = size + @n WHERE id = 1 RETURNING size, frontier, time";

    protected override DbConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        SqlitePragmas.Apply(connection);
        return connection;
    }

    /// <summary>BEGIN IMMEDIATE: a deferred transaction that later wants to write fails at once where another writer came first.</summary>
    protected override DbTransaction BeginWrite(DbConnection connection) =>
        ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);

    public override Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    /// <summary>
    /// SQLite keeps <c>synchronous</c> nowhere but in each connection, and no connection string can set it: what counts is what
    /// <see cref="SqlitePragmas"/> sets, and whether it took. What a connection string can do is name a database that is on no
    /// disk, and such a one refuses the WAL.
    /// </summary>
    public override Task RequireDurabilityAsync(CancellationToken cancellationToken)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        if (command.ExecuteScalar() is not "wal")
            throw new InvalidOperationException("SQLite cannot keep a write-ahead log for this database: a commit would not be durable. Storage:ConnectionString must name a file on a local disk.");
        command.CommandText = "PRAGMA synchronous";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) >= 2
            ? Task.CompletedTask
            : throw new InvalidOperationException("SQLite runs with synchronous below FULL: a commit would not be durable.");
    }
}

internal static class SqliteConnections
{
    /// <summary>
    /// The driver retries a busy database for its default time-out, in whole seconds: 1, where nothing else was asked for, so that
    /// an append that meets a held lock is refused within its 2 s.
    /// </summary>
    public static string Tune(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (!builder.ContainsKey("Default Timeout") || builder.DefaultTimeout == 30)
            builder.DefaultTimeout = 1;
        return builder.ToString();
    }
}
