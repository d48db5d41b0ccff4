using System.Text.Json;
using Story.Tampering;

namespace Story.Calls;

/// <summary>The two verifiers, which share no code: <c>accessbroker verify</c> and the standalone <c>verify.cs</c>.</summary>
internal sealed class Verifiers
{
    private readonly Walk _walk;
    private readonly string _folder;
    private readonly string _key;
    private string[] _alone = ["run", "verify.cs", "--"];

    /// <summary>verify.cs runs from a folder outside any repository, and not out of the bundle that it judges.</summary>
    public Verifiers(Walk walk)
    {
        _walk = walk;
        _folder = Directory.CreateDirectory(Path.Combine(walk.Options.Work, "verifier")).FullName;
        _key = File.ReadAllText(walk.KeyFile).Trim();
        File.Copy(walk.Options.Verifier, Path.Combine(_folder, "verify.cs"), overwrite: true);
    }

    /// <param name="kind">bundle or log.</param>
    public async Task ExpectVerifiedAsync(string kind, string path)
    {
        var ours = (await ByCliAsync(path)).MustExit(0);
        Walk.Require(ours.Json.GetProperty("verified").GetBoolean() && ours.Json.GetProperty("checked").GetArrayLength() > 1, $"accessbroker verify should say what it checked: {ours.Out}");
        var alone = (await AloneAsync(kind, path)).MustExit(0);
        Walk.Require(alone.Out.Contains("VERIFIED", StringComparison.Ordinal), $"verify.cs should say VERIFIED: {alone.Out}");
    }

    /// <summary>From here on verify.cs runs as it was built once: <c>dotnet run</c> looks for changes each time, which takes longer than the check.</summary>
    public async Task BuildAloneAsync()
    {
        var output = Path.Combine(_folder, "built");
        (await Processes.RunAsync("dotnet", ["build", "verify.cs", "-c", "Release", "-o", output], [], "dotnet build verify.cs", _folder)).MustExit(0);
        _alone = [Path.Combine(output, "verify.dll")];
    }

    /// <returns>What the first verifier says is wrong.</returns>
    public async Task<string> ExpectBrokenAsync(string path, Flipped flipped)
    {
        var said = await ExpectBrokenByCliAsync(path, flipped);
        var alone = (await AloneAsync("bundle", path)).MustExit(1);
        var failed = alone.Out.Split('\n').Last(l => l.Contains("FAILED", StringComparison.Ordinal));
        Walk.Require(flipped.IsNamedIn(failed), $"verify.cs should name {flipped.Expected}, because {flipped.Place} was flipped, but said: {failed}");
        return said;
    }

    /// <summary>The table is a convenience that verify.cs does not recompute, and it says so.</summary>
    public async Task<string> ExpectTableBrokenAsync(string path, Flipped flipped)
    {
        var said = await ExpectBrokenByCliAsync(path, flipped);
        var alone = (await AloneAsync("bundle", path)).MustExit(0);
        Walk.Require(alone.Out.Contains("not checked: entries.csv", StringComparison.Ordinal), $"verify.cs should say that it does not check entries.csv, but said: {alone.Out}");
        return said;
    }

    private async Task<string> ExpectBrokenByCliAsync(string path, Flipped flipped)
    {
        var ours = (await ByCliAsync(path)).MustExit(9, "verification-failed");
        var failure = ours.Json.GetProperty("failure");
        string[] place = [Text(failure, "file"), Text(failure, "field"), Text(failure, "entry") is { Length: > 0 } entry ? $"entry {entry}" : ""];
        var said = $"{string.Join(' ', place.Where(p => p.Length > 0))}: {Text(failure, "reason")}";
        Walk.Require(flipped.IsNamedIn(said), $"accessbroker verify should name {flipped.Expected}, because {flipped.Place} was flipped, but said: {said}");
        return said;
    }

    private Task<CliResult> ByCliAsync(string path) =>
        _walk.Cli.RunAsync("nobody", "verify", path, "--key", _walk.KeyFile, "--pinned", _walk.PinnedFile, "-o", "json");

    private Task<CliResult> AloneAsync(string kind, string path)
    {
        string[] args = [.. _alone, kind, path, _key, _walk.PinnedFile];
        var line = _walk.LastCall = $"dotnet {string.Join(' ', args)}";
        return Processes.RunAsync("dotnet", args, [], line, _folder);
    }

    private static string Text(JsonElement failure, string name) =>
        failure.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
