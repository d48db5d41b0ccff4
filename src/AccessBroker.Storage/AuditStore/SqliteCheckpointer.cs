using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>Moves the WAL into the database file once a second, off the append path: an append that had to do it would wait 100 ms.</summary>
internal sealed partial class SqliteCheckpointer(IOptions<StorageOptions> options, TimeProvider time, ILogger<SqliteCheckpointer> logger) : BackgroundService
{
    /// <summary>Past this the WAL is also cut back to nothing, which needs a moment without readers.</summary>
    private const long TruncateAboveBytes = 64 << 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var connectionString = SqliteConnections.Tune(options.Value.ConnectionString);
        var wal = new SqliteConnectionStringBuilder(connectionString).DataSource + "-wal";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                using var connection = new SqliteConnection(connectionString);
                connection.Open();
                using var command = connection.CreateCommand();
                var large = File.Exists(wal) && new FileInfo(wal).Length > TruncateAboveBytes;
                command.CommandText = large ? "PRAGMA busy_timeout=50; PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)";
                command.ExecuteNonQuery();
            }
            catch (SqliteException e)
            {
                CheckpointFailed(logger, e.SqliteErrorCode, e);
            }
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "The WAL could not be checkpointed (SQLite error {Code}); it will be tried again")]
    private static partial void CheckpointFailed(ILogger logger, int code, Exception exception);
}
