using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.Extensions.DependencyInjection;

namespace Bench.Audit;

/// <summary>A customer's whole trail out of SQLite into a zip, opened, written in every form and verified before it is handed out, as a download is.</summary>
internal static class ExportBench
{
    public static async Task RunAsync(BenchOptions options, bool quick, Action<string, double, string, double> note)
    {
        var entries = quick ? 50_000 : 1_000_000;
        var folder = Directory.CreateDirectory(Path.Combine(options.Work, "export")).FullName;
        await using var log = await LogAppender.StartAsync("export", "Sqlite", $"Data Source={Path.Combine(folder, "log.db")}", folder, nodes: 1);
        for (var i = 0; i < entries; i += 2000)
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => log.AppendAsync(0).AsTask()));

        var exporter = log.Services.GetRequiredService<BundleExporter>();
        var rounds = new List<double>();
        var (megabytes, zipped) = (0.0, 0.0);
        for (var round = 0; round < (quick ? 1 : 3); round++)
        {
            var path = Path.Combine(folder, "evidence.zip");
            var started = Stopwatch.StartNew();
            await using (var file = File.Create(path))
            {
                await using var sink = new ZipSink(file, DateTimeOffset.UnixEpoch.AddYears(50));
                await exporter.WriteAsync(sink, new ExportRequest("acme", "Acme", "bench", ExportFilter.Everything, null, (_, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([])), null, default);
                await sink.CompleteAsync(default);
            }
            var seconds = started.Elapsed.TotalSeconds;
            await using var zip = await ZipFile.OpenReadAsync(path);
            (megabytes, zipped) = (zip.Entries.Sum(e => e.Length) / 1e6, new FileInfo(path).Length / 1e6);
            rounds.Add(megabytes / seconds);
        }
        var speed = rounds.Order().ElementAt(rounds.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  export {entries,18:N0} entries {speed,10:N1} MB/s of files: {megabytes:N0} MB, {zipped:N0} MB zipped"));
        note($"export/sqlite/{entries}", speed, "MB/s", speed / 20);
    }
}
