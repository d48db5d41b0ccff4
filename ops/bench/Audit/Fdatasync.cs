using System.Diagnostics;

namespace Bench.Audit;

/// <summary>What the disk takes to make 4 KiB durable: no commit can be faster.</summary>
internal static class Fdatasync
{
    public static Measured Run(string folder, TimeSpan length)
    {
        using var file = new FileStream(Path.Combine(folder, "fdatasync"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < length)
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(block);
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        times.Sort();
        return new Measured(times.Count / elapsed, times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }
}
