using System.Diagnostics;

namespace AccessBroker.Crash.Tests;

/// <summary>A writer as a process of its own, which dies as by <c>kill -9</c>.</summary>
internal sealed class WriterProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;
    private volatile Action<string> _promised = _ => { };
    private readonly Task<string> _error;

    private WriterProcess(Process process, Promises promises)
    {
        _process = process;
        _output = Task.Run(() => ReadAsync(promises));
        _error = process.StandardError.ReadToEndAsync();
    }

    public static WriterProcess Start(IEnumerable<string> settings, Promises promises)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AccessBroker.Crash.Writer.dll"));
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);
        return new WriterProcess(Process.Start(start)!, promises);
    }

    /// <summary>Returns once it writes.</summary>
    public async Task ReadyAsync()
    {
        if (await Task.WhenAny(_ready.Task, _output, Task.Delay(Limit)) != _ready.Task)
            Assert.Fail($"The writer did not come up. It said: {await KillAsync()}");
    }

    /// <summary>Returns once it made so many more promises, of a kind or of any.</summary>
    public async Task PromisesAsync(int count, Func<string, bool>? kind = null)
    {
        var seen = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _promised = line =>
        {
            if ((kind is null || kind(line)) && ++seen >= count)
                enough.TrySetResult();
        };
        if (count > 0 && await Task.WhenAny(enough.Task, _output, Task.Delay(Limit)) != enough.Task)
            Assert.Fail($"The writer stopped writing. It said: {await KillAsync()}");
    }

    /// <summary>Gives the word to one that waits for it, and returns once it ended by itself.</summary>
    public async Task RunToItsEndAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync();
        await _output;
        Assert.True(_process.ExitCode == 0, await _error);
    }

    public bool IsAlive => !_process.HasExited;

    /// <returns>What it had written to standard error.</returns>
    public async Task<string> KillAsync()
    {
        _process.Kill(); // SIGKILL
        await _process.WaitForExitAsync();
        await _output; // what it had written before is still in the pipe
        return await _error;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync(Promises promises)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                _ready.SetResult();
                continue;
            }
            Assert.True(promises.Read(line), line);
            _promised(line);
        }
    }
}
