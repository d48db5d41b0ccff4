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
internal sealed class Accessbroker(Walk walk)
{
    private readonly string _configuration = Path.Combine(walk.Options.Work, "config");

    /// <summary>Runs it as a person.</summary>
    public async Task<CliResult> RunAsync(string person, params string[] args)
    {
        var isDll = walk.Options.Cli.EndsWith(".dll", StringComparison.Ordinal);
        var line = $"accessbroker --profile {person} {string.Join(' ', args)}";
        walk.LastCall = line;
        string[] all = ["--profile", person, .. args];
        var result = await Processes.RunAsync(isDll ? "dotnet" : walk.Options.Cli, isDll ? [walk.Options.Cli, .. all] : all, new()
        {
            ["XDG_CONFIG_HOME"] = _configuration,
            ["ACCESSBROKER_SERVER"] = walk.Options.Server.ToString(),
        }, line);
        walk.Secrets.AddFrom(result.Out);
        RememberProfile(person);
        return result;
    }

    /// <summary>Runs it and takes its JSON answer; anything but exit code 0 ends the story.</summary>
    public async Task<JsonElement> JsonAsync(string person, params string[] args) => (await RunAsync(person, args)).MustExit(0).Json;

    /// <summary>A person's access token, for calls to the API by plain HTTP.</summary>
    public async Task<string> AccessTokenAsync(string person)
    {
        var token = (await RunAsync(person, "token")).MustExit(0).Out.Trim();
        walk.Secrets.Add("token", token);
        return token;
    }

    /// <summary>The profile holds the tokens that this run may have renewed.</summary>
    private void RememberProfile(string person)
    {
        var file = Path.Combine(_configuration, "accessbroker", "profiles", person + ".json");
        if (!File.Exists(file)) return;
        var text = File.ReadAllText(file);
        walk.Secrets.AddFrom(text);
        var profile = JsonDocument.Parse(text).RootElement;
        foreach (var name in (string[])["accessToken", "refreshToken"])
            if (profile.TryGetProperty(name, out var token)) walk.Secrets.Add("token", token.GetString());
    }
}

internal static class Processes
{
    /// <param name="input">What the program reads from its standard input.</param>
    public static async Task<CliResult> RunAsync(
        string program, string[] args, Dictionary<string, string> environment, string line, string? folder = null, string input = "")
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (folder is not null) start.WorkingDirectory = folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new CliResult(line, process.ExitCode, await output, await error);
    }
}
