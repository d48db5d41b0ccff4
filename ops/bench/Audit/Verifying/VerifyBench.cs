using System.Globalization;

namespace Bench.Audit;

/// <summary>
/// How fast <c>verify</c> is on one processor, and that its memory does not grow with the log: each of a bundle with bodies and a whole
/// log at two sizes.
/// </summary>
internal static class VerifyBench
{
    public static async Task RunAsync(BenchOptions options, bool quick, Action<string, double, string, double> note)
    {
        foreach (var (kind, sizes) in new[] { ("bundle", quick ? [50_000L, 200_000] : new[] { 250_000L, 1_000_000 }), ("log", quick ? [200_000L, 2_000_000] : [1_000_000L, 10_000_000]) })
        {
            foreach (var entries in sizes)
            {
                var folder = Path.Combine(options.Work, $"verify-{kind}-{entries}");
                using var log = new SyntheticLog(trails: 100);
                await (kind == "log" ? log.WriteWholeLogAsync(folder, entries) : log.WriteBundleAsync(folder, entries));
                var rounds = new List<(double PerSecond, double Peak)>();
                for (var round = 0; round < (quick ? 1 : 3); round++)
                    rounds.Add(await VerifyChild.RunAsync(folder, log.Key));
                Directory.Delete(folder, recursive: true);
                var speed = rounds.Select(r => r.PerSecond).Order().ElementAt(rounds.Count / 2);
                var peak = rounds.Max(r => r.Peak);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  verify {kind,-6} {entries,11:N0} entries {speed,10:N0} entries/s of processor time, at most {peak,4:N0} MB resident"));
                note($"verify/{kind}/{entries}", speed, "entries/s", speed / 100_000);
                note($"verify/{kind}/{entries}/memory", peak, "MB", peak / 300);
            }
        }
    }
}
