using System.Diagnostics;

namespace AccessBroker.Server.Tests.Log;

/// <summary><c>accessbroker witness</c>, running. Killed the hard way, so that what it remembers is what it had written.</summary>
internal sealed class WitnessProcess : IAsyncDisposable
{
    private const string Said = "Listening on ";
    private readonly Process _process;

    private WitnessProcess(Process process, string vkey, Uri address) => (_process, Key, Address) = (process, vkey, address);

    /// <summary>As it printed it.</summary>
    public string Key { get; }

    public Uri Address { get; }

    /// <summary>The broker's settings that make it ask this witness.</summary>
    public Dictionary<string, string?> Settings => new() { ["Log:Witnesses:0:Key"] = Key, ["Log:Witnesses:0:Url"] = Address.ToString() };

    /// <param name="listen">Null: a free port.</param>
    public static async Task<WitnessProcess> StartAsync(string folder, string log, string? listen = null)
    {
        var process = Process.Start(CliProcess.StartInfo("witness", "--folder", folder, "--log", log, "--name", "witness.example/w1", "--listen", listen ?? "127.0.0.1:0"))!;
        var vkey = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Said, StringComparison.Ordinal)) continue;
            _ = process.StandardError.ReadToEndAsync(); // a full pipe would hold it up
            return new WitnessProcess(process, vkey, new Uri(line[Said.Length..]));
        }
        throw new InvalidOperationException("The witness ended without listening.");
    }

    public HttpClient Client() => new() { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
