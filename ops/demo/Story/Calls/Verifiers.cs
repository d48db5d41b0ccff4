using Story.Tampering;

namespace Story.Calls;

/// <summary>The two verifiers, which share no code: <c>accessbroker verify</c> and the standalone <c>verify.cs</c>.</summary>
internal sealed class Verifiers
{
    private readonly Walk _walk;
    private readonly string _folder;
    private readonly string _key;

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

    /// <returns>What the first verifier says is wrong.</returns>
    public async Task<string> ExpectBrokenAsync(string path, ByteFlip flip)
    {
        var ours = (await ByCliAsync(path)).MustExit(9, "verification-failed");
        var failure = ours.Json.GetProperty("failure");
        string[] place = [Text(failure, "file"), Text(failure, "field"), Text(failure, "entry") is { Length: > 0 } entry ? $"entry {entry}" : ""];
        var said = $"{string.Join(' ', place.Where(p => p.Length > 0))}: {Text(failure, "reason")}";
        Walk.Require(flip.IsNamedIn(said), $"accessbroker verify should name what was flipped ({flip.Name}), but said: {said}");

        var alone = (await AloneAsync("bundle", path)).MustExit(1);
        Walk.Require(flip.IsNamedIn(alone.Out.Split('\n').Last(l => l.Contains("FAILED", StringComparison.Ordinal))), $"verify.cs should name what was flipped ({flip.Name}), but said: {alone.Out}");
        return said.Length > 110 ? said[..110] + "…" : said;
    }

    private Task<CliResult> ByCliAsync(string path) =>
        _walk.Cli.RunAsync("nobody", "verify", path, "--key", _walk.KeyFile, "--pinned", _walk.PinnedFile, "-o", "json");

    private Task<CliResult> AloneAsync(string kind, string path) =>
        Processes.RunAsync("dotnet", ["run", "verify.cs", "--", kind, path, _key, _walk.PinnedFile], [], $"dotnet run verify.cs -- {kind} {path}", _folder);

    private static string Text(System.Text.Json.JsonElement failure, string name) =>
        failure.TryGetProperty(name, out var value) && value.ValueKind != System.Text.Json.JsonValueKind.Null ? value.ToString() : "";
}
