using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AccessBroker.Storage.Tests;

/// <summary>An empty database of one provider in a folder of its own; gone when disposed.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract StorageProvider Provider { get; }

    public abstract string ConnectionString { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("accessbroker-").FullName;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteDatabase : TestDatabase
{
    public override StorageProvider Provider => StorageProvider.Sqlite;

    public override string ConnectionString => $"Data Source={Path.Combine(Folder, "broker.db")}";

    public override ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return base.DisposeAsync();
    }
}

/// <summary>A database on one PostgreSQL server that the test process starts once, as a user of its own.</summary>
public sealed class PostgreSqlDatabase(string name) : TestDatabase
{
    public override StorageProvider Provider => StorageProvider.PostgreSql;

    public override string ConnectionString => PostgreSqlServer.ConnectionString(name);

    public static async Task<PostgreSqlDatabase> CreateAsync()
    {
        var name = $"t{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await PostgreSqlServer.ExecuteAsync($"CREATE DATABASE {name}");
        return new PostgreSqlDatabase(name);
    }
}

/// <summary>Debian's PostgreSQL on a free loopback port; durable settings left on, because durability is what is tested.</summary>
internal static class PostgreSqlServer
{
    private static readonly Lazy<int> Port = new(Start);

    public static bool IsInstalled => Binaries is not null;

    private static string? Binaries => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(d => Path.Combine(d, "bin")).LastOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    public static string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port.Value};Username=broker;Database={database};Maximum Pool Size=20");

    public static async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static int Start()
    {
        var folder = Directory.CreateTempSubdirectory("accessbroker-pg-").FullName;
        var port = FreePort();
        var user = Environment.UserName == "root" ? "runuser -u postgres -- " : "";
        if (user.Length > 0)
            Run($"chown postgres {folder}");
        Run($"{user}{Binaries}/initdb -D {folder}/data -U broker -A trust -E UTF8 --locale=C.UTF-8");
        Run($"{user}{Binaries}/pg_ctl -D {folder}/data -l {folder}/log -w -o \"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}\" start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Run($"{user}{Binaries}/pg_ctl -D {folder}/data -m immediate stop");
            Run($"rm -rf {folder}");
        };
        return port;
    }

    private static void Run(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"cd / && {command} > /dev/null 2>&1"]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{command}' ended with {process.ExitCode}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
