using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AccessBroker.Testing.PostgreSql;

/// <summary>Debian's PostgreSQL on a free loopback port, in a folder of its own; durable settings left on, because durability is what is tested.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    /// <summary>The superuser. The others are <see cref="BrokerRoles"/>.</summary>
    public const string Administrator = "administrator";

    private static readonly Lazy<PostgreSqlServer> OfThisProcess = new(() =>
    {
        var server = Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-pg-").FullName;
    private readonly string _asUser = Environment.UserName == "root" ? "runuser -u postgres -- " : "";
    private readonly int _port = FreePort();

    private PostgreSqlServer()
    {
        if (_asUser.Length > 0)
            Run($"chown postgres {_folder}");
        Run($"{_asUser}{Binaries}/initdb -D {_folder}/data -U {Administrator} -A trust -E UTF8 --locale=C.UTF-8");
    }

    public static bool IsInstalled => Binaries is not null;

    /// <summary>One for all tests of a process, started when it is first needed; each test has its own database there.</summary>
    public static PostgreSqlServer Shared => OfThisProcess.Value;

    private static string? Binaries => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(d => Path.Combine(d, "bin")).LastOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
        : null;

    /// <summary>One of the caller's own, which it may stop.</summary>
    public static PostgreSqlServer Start()
    {
        var server = new PostgreSqlServer();
        server.StartAgain();
        return server;
    }

    public void StartAgain() =>
        Run($"{_asUser}{Binaries}/pg_ctl -D {_folder}/data -l {_folder}/log -w -o \"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder}\" start");

    /// <summary>Without a checkpoint or a word to its clients, as when the machine dies: the next start recovers from the write-ahead log.</summary>
    public void StopAtOnce() => Run($"{_asUser}{Binaries}/pg_ctl -D {_folder}/data -m immediate stop");

    public string ConnectionString(string database, string user = Administrator) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username={user};Database={database};Maximum Pool Size=20");

    /// <summary>Runs a script as the superuser.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The files of one database's tables and indices, as they are on disk after a checkpoint. Only their owner and root can read them.</summary>
    public async Task<IReadOnlyList<string>> FilesOfAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database));
        await using (var checkpoint = source.CreateCommand("CHECKPOINT"))
            await checkpoint.ExecuteNonQueryAsync();
        await using var oid = source.CreateCommand("SELECT oid::text FROM pg_database WHERE datname = current_database()");
        return Directory.GetFiles(Path.Combine(_folder, "data", "base", (string)(await oid.ExecuteScalarAsync())!));
    }

    public void Dispose()
    {
        StopAtOnce();
        Run($"rm -rf {_folder}");
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
