using System.Text.Json;

namespace Bench;

/// <summary>Medians as a table for people and as JSON lines for programs.</summary>
internal static class Report
{
    private sealed record Row(string Variant, int Connections, double PerSecond, double P50, double P99, double Ratio, double RatioP50, double RatioP99);

    public static async Task WriteAsync(BenchOptions options, Dictionary<(string Variant, int Connections), List<Measurement>> results)
    {
        Row[] rows = [.. from connections in options.Connections
                         from entry in results
                         where entry.Key.Connections == connections
                         let bare = results[(BareYarp.VariantName, connections)]
                         let perSecond = Median(entry.Value, m => m.PerSecond)
                         let p50 = Median(entry.Value, m => m.P50)
                         let p99 = Median(entry.Value, m => m.P99)
                         select new Row(entry.Key.Variant, connections, perSecond, p50, p99,
                             perSecond / Median(bare, m => m.PerSecond), p50 / Median(bare, m => m.P50), p99 / Median(bare, m => m.P99))];

        Console.WriteLine();
        Console.WriteLine($"Median of {options.Rounds} rounds of {options.Seconds} s, {Environment.ProcessorCount} processors shared by wrk, proxy, upstream and database.");
        Console.WriteLine();
        Console.WriteLine($"{"connections",11}  {"variant",-20} {"req/s",10} {"p50 ms",9} {"p99 ms",9} {"of bare YARP",13}");
        foreach (var row in rows)
            Console.WriteLine($"{row.Connections,11}  {row.Variant,-20} {row.PerSecond,10:N0} {row.P50,9:N2} {row.P99,9:N2} {row.Ratio,13:N2}");

        Directory.CreateDirectory(Path.GetDirectoryName(options.Out)!);
        await using var file = File.CreateText(options.Out);
        foreach (var row in rows)
        {
            await file.WriteLineAsync(Line($"gateway/{row.Variant}/{row.Connections}", row.PerSecond, "req/s", row.Ratio));
            await file.WriteLineAsync(Line($"gateway/{row.Variant}/{row.Connections}/p50", row.P50, "ms", row.RatioP50));
            await file.WriteLineAsync(Line($"gateway/{row.Variant}/{row.Connections}/p99", row.P99, "ms", row.RatioP99));
        }
        Console.WriteLine();
        Console.WriteLine($"JSON lines: {options.Out}");
    }

    /// <summary>Of an even number of rounds the slower middle one, so that the median is a round that was run.</summary>
    private static double Median(List<Measurement> rounds, Func<Measurement, double> value) =>
        rounds.Select(value).Order().ElementAt((rounds.Count - 1) / 2);

    private static string Line(string name, double value, string unit, double ratio) =>
        JsonSerializer.Serialize(new { name, value = Math.Round(value, 3), unit, ratio = Math.Round(ratio, 3) });
}
