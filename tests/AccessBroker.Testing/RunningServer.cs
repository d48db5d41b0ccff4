using System.Diagnostics;
using System.Globalization;

namespace AccessBroker.Testing;

/// <summary>The server as a program of its own that runs until the test ends it: for what it writes to its console while people use it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private RunningServer(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public Uri Address { get; }

    /// <param name="folder">For database and keys; the caller's.</param>
    /// <param name="more">Added to, or instead of, those of <see cref="DemoSettings"/>.</param>
    /// <param name="at">Where an earlier one was: people who sign in there are the same ones only under the same address.</param>
    public static async Task<RunningServer> StartAsync(string folder, IReadOnlyDictionary<string, string?> more, Uri? at = null)
    {
        var address = at ?? new Uri($"http://localhost:{FreePort.Next()}/");
        var server = new RunningServer(Process.Start(ServerProcess.StartInfo(DemoSettings.For(address, folder, more), folder))!, address);
        using var http = server.Anonymous();
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            if (server._process.HasExited) throw new InvalidOperationException($"The server ended: {await server._error}{await server._output}");
            try
            {
                if ((await http.GetAsync("/healthz/ready")).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
                // it does not listen yet
            }
            if (waited.Elapsed < Limit) continue;
            await server.DisposeAsync();
            throw new TimeoutException($"The server was not ready within {Limit.TotalSeconds:0} s.");
        }
    }

    /// <summary>Redirects are not followed; names under localhost are this machine.</summary>
    public HttpClient Anonymous() => new(LoopbackHandler.Create()) { BaseAddress = Address };

    /// <summary>Ends it as an operator does, by SIGTERM.</summary>
    /// <returns>All that it wrote to its console.</returns>
    public async Task<string> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return await _output + await _error;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}
