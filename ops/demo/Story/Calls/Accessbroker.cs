using System.Diagnostics;
using System.Text.Json;

namespace Story.Calls;

/// <summary>What one run of the command line came to.</summary>
internal sealed record CliResult(string Line, int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>The error's stable code, or empty.</summary>
    public string Code => Error.Split('\n').LastOrDefault(l => l.StartsWith('{')) is { } line
        ? JsonDocument.Parse(line).RootElement.GetProperty("code").GetString() ?? ""
        : "";

    public CliResult MustExit(int code, string? problem = null)
    {
        Walk.Require(ExitCode == code && (problem is null || Code == problem),
            $"\"{Line}\" should exit with {code}{(problem is null ? "" : $" ({problem})")}, but exited with {ExitCode}: {Error.Trim()} {(code == 0 ? "" : Out.Trim())}");
        return this;
    }
}

/// <summary>Runs <c>accessbroker</c> as a process, each person under a profile of their own.</summary>
internal sealed class Accessbroker(StoryOptions options)
{
    /// <summary>Runs it as a person.</summary>
    public Task<CliResult> RunAsync(string person, params string[] args) => StartAsync(["--profile", person, .. args]);

    /// <summary>Runs it and takes its JSON answer; anything but exit code 0 ends the story.</summary>
    public async Task<JsonElement> JsonAsync(string person, params string[] args) => (await RunAsync(person, args)).MustExit(0).Json;

    /// <summary>A person's access token, for calls to the API by plain HTTP.</summary>
    public async Task<string> AccessTokenAsync(string person) => (await RunAsync(person, "token")).MustExit(0).Out.Trim();

    private Task<CliResult> StartAsync(string[] args)
    {
        var isDll = options.Cli.EndsWith(".dll", StringComparison.Ordinal);
        return Processes.RunAsync(isDll ? "dotnet" : options.Cli, isDll ? [options.Cli, .. args] : args, new()
        {
            ["XDG_CONFIG_HOME"] = Path.Combine(options.Work, "config"),
            ["ACCESSBROKER_SERVER"] = options.Server.ToString(),
        }, "accessbroker " + string.Join(' ', args));
    }
}

internal static class Processes
{
    public static async Task<CliResult> RunAsync(string program, string[] args, Dictionary<string, string> environment, string line, string? folder = null)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (folder is not null) start.WorkingDirectory = folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliResult(line, process.ExitCode, await output, await error);
    }
}
