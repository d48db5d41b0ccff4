namespace Story.Calls;

/// <summary>The real <c>curl</c>, a program that knows nothing of the broker, where it is installed.</summary>
internal static class Curl
{
    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "curl")));

    /// <returns>The status, and the body.</returns>
    public static async Task<(int Status, string Body)> GetAsync(Walk walk, Uri address, string token)
    {
        var line = walk.LastCall = $"curl -H 'Authorization: Bearer …' {address}";
        // The token goes by standard input: other people see the arguments of a running program. --resolve, because not every
        // resolver knows that names under localhost are this machine.
        var run = await Processes.RunAsync(
            "curl", ["--silent", "--show-error", "--max-time", "30", "--noproxy", "*", "--resolve", $"{address.Host}:{address.Port}:127.0.0.1", "--write-out", "\n%{http_code}", "--config", "-", address.ToString()],
            [], line, input: $"header = \"Authorization: Bearer {token}\"\n");
        run.MustExit(0);
        var end = run.Out.LastIndexOf('\n');
        return (int.Parse(run.Out[(end + 1)..], System.Globalization.CultureInfo.InvariantCulture), run.Out[..end]);
    }
}
