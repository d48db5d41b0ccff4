using System.Diagnostics;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Log;

/// <summary>The command line as the program that people run.</summary>
internal static class CliProcess
{
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Beside this program's own output: bin/{Configuration}/{framework}.
        var output = Path.GetRelativePath(Repository.File("tests/AccessBroker.Server.Tests"), AppContext.BaseDirectory);
        start.ArgumentList.Add(Path.Combine(Repository.File("src/AccessBroker.Cli"), output, "accessbroker.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => await RunAsync(StartInfo(arguments));

    public static async Task<(int Code, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException("The command did not end by itself.");
        }
        return (process.ExitCode, await output, await error);
    }
}
