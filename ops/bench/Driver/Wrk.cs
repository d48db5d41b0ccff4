using System.Globalization;
using System.Text.Json;

namespace Bench;

/// <summary>One measurement. Times in milliseconds.</summary>
internal sealed record Measurement(long Requests, double PerSecond, double P50, double P99);

/// <summary>Debian's wrk: closed loop, so each connection sends its next request when it has the answer.</summary>
internal static class Wrk
{
    private static readonly string[] Errors = ["connect", "read", "write", "status", "timeout"];

    /// <exception cref="BenchException">An answer was not 2xx, or a connection failed: the number would not be of what was asked for.</exception>
    public static async Task<Measurement> RunAsync(string variant, Call call, int connections, int seconds)
    {
        // wrk refuses more threads than connections.
        List<string> args = ["-t", Text(Math.Min(2, connections)), "-c", Text(connections), "-d", $"{Text(seconds)}s", "--timeout", "10s",
            "-s", Path.Combine(AppContext.BaseDirectory, "wrk-report.lua")];
        foreach (var (name, value) in call.Headers)
            args.AddRange(["-H", $"{name}: {value}"]);
        args.Add(call.Address.AbsoluteUri);
        var output = await Running.ToEndAsync("wrk", args);

        using var json = JsonDocument.Parse(output.Split('\n').Last(line => line.StartsWith('{')));
        long Number(string name) => json.RootElement.GetProperty(name).GetInt64();
        var bad = string.Join(", ", Errors.Where(e => Number(e) > 0).Select(e => $"{Number(e)} {e}"));
        if (bad.Length > 0)
            throw new BenchException($"{variant} with {connections} connections had errors: {bad}.");
        return new Measurement(Number("requests"), Number("requests") / (Number("duration") / 1e6), Number("p50") / 1e3, Number("p99") / 1e3);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
