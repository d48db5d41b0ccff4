using System.Diagnostics;

namespace Bench.Audit;

/// <param name="PerSecond">Entries made durable a second.</param>
/// <param name="P50">Milliseconds of the median append.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record Measured(double PerSecond, double P50, double P99);

/// <summary>Callers that append one entry after another.</summary>
internal static class Load
{
    /// <exception cref="BenchException">An append failed, or fewer entries are in the database than were acknowledged.</exception>
    public static async Task<Measured> RunAsync(IAppender appender, int callers, TimeSpan length)
    {
        var before = await appender.CountAsync();
        var begun = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(appender, caller, begun, length))));
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var all = times.SelectMany(t => t).Order().ToArray();
        if (await appender.CountAsync() - before < all.Length)
            throw new BenchException($"{appender.Name} acknowledged {all.Length:N0} entries and holds fewer.");
        return new Measured(all.Length / elapsed, all[all.Length / 2], all[(int)(all.Length * 0.99)]);
    }

    private static async Task<List<double>> CallAsync(IAppender appender, int caller, long begun, TimeSpan length)
    {
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(begun) < length)
        {
            var start = Stopwatch.GetTimestamp();
            await appender.AppendAsync(caller);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }
}
