using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bench;

/// <summary>A program that this benchmark started and ends again, by its own process id.</summary>
internal sealed class Running : IAsyncDisposable
{
    private static readonly HashSet<int> Given = [];
    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;

    private Running(Process process, string name, string log) => (_process, _name, _log) = (process, name, log);

    public int Id => _process.Id;

    /// <summary>Starts it with its output in <paramref name="log"/>, and returns when <paramref name="port"/> listens.</summary>
    public static async Task<Running> StartAsync(string name, string log, int port, string folder, string program, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        // The shell only redirects: exec makes the program itself the process that is known here.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$LOG\" 2>&1", "sh", program, .. args]) { WorkingDirectory = folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        start.Environment["LOG"] = log;
        var running = new Running(Process.Start(start)!, name, log);
        for (var i = 0; i < 600; i++)
        {
            if (running._process.HasExited)
                throw new BenchException($"{name} did not start:\n{running.Tail()}");
            if (await ListensAsync(port))
                return running;
            await Task.Delay(100);
        }
        await running.DisposeAsync();
        throw new BenchException($"{name} does not listen on port {port} after a minute:\n{running.Tail()}");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="BenchException">It ended with another code than 0.</exception>
    public static async Task<string> ToEndAsync(string program, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new BenchException($"{program} {string.Join(' ', args)} ended with {process.ExitCode}:\n{output}{await error}");
    }

    /// <summary>Processor time used so far by the process itself, all threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? throw new BenchException($"{_name} ended by itself:\n{Tail()}") : _process.TotalProcessorTime;
        }
    }

    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Given.Add(port)) // the system may offer one again that nobody listens at yet
                return port;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Tail() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(20)) : "";
}
