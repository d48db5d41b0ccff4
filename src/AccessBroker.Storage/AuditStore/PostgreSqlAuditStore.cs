using System.Data.Common;
using Npgsql;

namespace AccessBroker.Storage;

internal sealed class PostgreSqlAuditStore(string connectionString) : AdoAuditStore
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        // The committer is one connection that must fail before its callers' 2 s are over, not wait for the default 30 s.
        CommandTimeout = 2, Timeout = 2, ApplicationName = "accessbroker-log", MaxAutoPrepare = 20,
    });

    protected override string ReserveSql => "UPDATE audit_head SET size = size + @n WHERE id = 1 RETURNING size, frontier, time";

    protected override DbConnection Open() => _source.OpenConnection();

    public override async Task RequireDurabilityAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT current_setting('synchronous_commit'), current_setting('fsync')", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetString(0) == "off")
            throw new InvalidOperationException("PostgreSQL runs with synchronous_commit = off: a commit would not be durable. Set it to on (or remote_apply) for the broker's role.");
        if (reader.GetString(1) == "off")
            throw new InvalidOperationException("PostgreSQL runs with fsync = off: after a crash of the machine its files may be broken, and what was committed gone. Set it to on in postgresql.conf.");
    }

    public override async Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT clock_timestamp()");
        return (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public override void Dispose()
    {
        base.Dispose();
        _source.Dispose();
    }
}
