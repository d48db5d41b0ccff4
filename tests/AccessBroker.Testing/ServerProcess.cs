using System.Diagnostics;

namespace AccessBroker.Testing;

/// <summary>The server as a program of its own, for what only a process shows: exit codes, standard error, a second start.</summary>
public static class ServerProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Starts the program and waits until it ends by itself.</summary>
    /// <param name="verb">Such as <c>migrate</c>, its arguments after spaces; null starts the server itself.</param>
    /// <exception cref="TimeoutException">It runs: nothing kept it from starting.</exception>
    public static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string?> settings, string? verb = null)
    {
        var folder = Directory.CreateTempSubdirectory("accessbroker-start-");
        using var process = Process.Start(StartInfo(settings, folder.FullName, verb))!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The server did not end by itself within {Limit.TotalSeconds:0} s.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>For a test that watches the program while it runs.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyDictionary<string, string?> settings, string folder, string? verb = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AccessBroker.Server.dll"));
        foreach (var word in verb?.Split(' ') ?? []) start.ArgumentList.Add(word);
        foreach (var (key, value) in settings) start.ArgumentList.Add($"--{key}={value}");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment.Remove("ASPNETCORE_URLS");
        return start;
    }

    public sealed record Ended(int ExitCode, string Output, string Error);
}
