using System.Globalization;

namespace Bench;

/// <summary>Debian's PostgreSQL in a folder of its own, as a user of its own, with its durable defaults.</summary>
internal sealed class PostgreSql : IAsyncDisposable
{
    private readonly string _binaries;
    private readonly string _data;

    private PostgreSql(string binaries, string data, int port) => (_binaries, _data, Port) = (binaries, data, port);

    public int Port { get; }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=broker;Database=postgres");

    public static async Task<PostgreSql> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).Last(d => File.Exists(Path.Combine(d, "initdb")));
        var server = new PostgreSql(binaries, Path.Combine(folder, "data"), Running.FreePort());
        if (Environment.UserName == "root")
            await Running.ToEndAsync("chown", ["postgres", folder]);
        await server.RunAsync("initdb", "-D", server._data, "-U", "broker", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await server.RunAsync("pg_ctl", "-D", server._data, "-l", Path.Combine(folder, "log"), "-w",
            "-o", $"-p {server.Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}", "start");
        return server;
    }

    /// <summary>What makes a commit durable, as the running server says it.</summary>
    /// <exception cref="BenchException">It is not durable.</exception>
    public async Task<string> RequireDurableAsync()
    {
        var settings = new List<string>();
        foreach (var name in new[] { "fsync", "synchronous_commit", "full_page_writes" })
        {
            var value = (await Running.ToEndAsync(Path.Combine(_binaries, "psql"), ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "broker", "-d", "postgres", "-Atc", $"SHOW {name}"])).Trim();
            if (value != "on")
                throw new BenchException($"PostgreSQL runs with {name} = {value}: what it commits is not durable.");
            settings.Add($"{name} = {value}");
        }
        return string.Join(", ", settings);
    }

    public async ValueTask DisposeAsync() => await RunAsync("pg_ctl", "-D", _data, "-m", "fast", "-w", "stop");

    // PostgreSQL refuses to run as root. pg_ctl leaves a server behind that keeps its output open, hence the file.
    private Task RunAsync(string program, params string[] args)
    {
        var path = Path.Combine(_binaries, program);
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", path, .. args] : [path, .. args];
        return Running.ToEndAsync("/bin/sh", ["-c", "cd / && exec \"$@\" >/dev/null 2>&1", "sh", .. command]);
    }
}
