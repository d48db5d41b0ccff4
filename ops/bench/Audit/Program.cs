using System.Text.Json;
using Bench;
using Bench.Audit;

if (args is [VerifyChild.Argument, var folderToVerify, var keyToVerify])
    return VerifyChild.Run(folderToVerify, keyToVerify);

// Measures, all in one run: the log, the raw limit of its database, a row for each entry, the disk itself, and what is taken out of a log: verification and export.
var options = BenchOptions.Parse(args);
var length = TimeSpan.FromSeconds(options.Seconds);
var callers = options.Connections is [1, 64, 256] ? [1, 16, 64, 256] : options.Connections;
var lines = new List<string>();
var results = new Dictionary<(string Name, int Callers), List<Measured>>();
try
{
    if (Wanted("verify"))
        await VerifyBench.RunAsync(options, options.Quick, Take);
    if (Wanted("export"))
        await ExportBench.RunAsync(options, options.Quick, Take);
    if (!Wanted("append"))
    {
        await ReportAsync();
        return 0;
    }
    var folder = Directory.CreateDirectory(Path.Combine(options.Work, "disk")).FullName;
    await using var database = await PostgreSql.StartAsync(Path.Combine(options.Work, "postgresql"));
    Console.WriteLine($"PostgreSQL: {await database.RequireDurableAsync()}");
    foreach (var (provider, name) in new[] { ("Sqlite", "sqlite"), ("PostgreSql", "postgresql") })
        await MeasureAsync(provider, name, database);
    Note("fdatasync", 1, Fdatasync.Run(folder, length));
    await ReportAsync();
    return 0;
}
catch (BenchException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

bool Wanted(string part) => options.Only.Count == 0 || options.Only.Contains(part);

// The ratio is of what is promised: 100,000 entries/s, 300 MB, 20 MB/s.
void Take(string name, double value, string unit, double ratio) => lines.Add(Line($"audit/{name}", value, unit, ratio));

async Task MeasureAsync(string provider, string name, PostgreSql database)
{
    var folder = Directory.CreateDirectory(Path.Combine(options.Work, name)).FullName;
    string Connection(string file) => provider == "Sqlite" ? $"Data Source={Path.Combine(folder, file)}" : database.ConnectionString;
    await using (var log = await LogAppender.StartAsync($"log-{name}", provider, Connection("log.db"), folder, nodes: 1))
    await using (var raw = new RawAppender($"raw-{name}", provider, Connection("raw.db")))
    await using (var rows = new RowAppender($"row-{name}", provider, Connection("row.db")))
        await MeasureInTurnAsync([log, raw, rows]);
    if (provider == "Sqlite")
        return;
    await using var two = await LogAppender.StartAsync("log-postgresql-two-nodes", provider, Connection(""), folder, nodes: 2);
    await Load.RunAsync(two, 256, length);
    for (var round = 0; round < options.Rounds; round++)
        Note(two.Name, 256, await Load.RunAsync(two, 256, length));
}

async Task MeasureInTurnAsync(IAppender[] appenders)
{
    foreach (var appender in appenders) // the just-in-time compiler is not what is measured
        await Load.RunAsync(appender, 64, TimeSpan.FromSeconds(Math.Min(options.Seconds * 4, 20)));
    for (var round = 0; round < options.Rounds; round++)
    {
        foreach (var count in callers)
        {
            foreach (var appender in round % 2 == 0 ? appenders : appenders.Reverse())
            {
                await Task.Delay(1000); // what the one before wrote behind
                Note(appender.Name, count, await Load.RunAsync(appender, count, length));
            }
        }
    }
}

void Note(string name, int count, Measured measured)
{
    if (!results.TryGetValue((name, count), out var list))
        results[(name, count)] = list = [];
    list.Add(measured);
    Console.WriteLine($"  {name,-26} {count,4} callers {measured.PerSecond,10:N0} entries/s  p50 {measured.P50,8:N2} ms  p99 {measured.P99,8:N2} ms");
}

async Task ReportAsync()
{
    Directory.CreateDirectory(Path.GetDirectoryName(options.Out)!);
    await using var file = File.CreateText(options.Out);
    if (results.Count > 0)
    {
        Console.WriteLine();
        Console.WriteLine($"Median of {options.Rounds} rounds of {options.Seconds} s, {Environment.ProcessorCount} processors, an entry of {160 + Payload.SealedLength} bytes.");
        Console.WriteLine();
        Console.WriteLine($"{"callers",7}  {"variant",-26} {"entries/s",10} {"p50 ms",9} {"p99 ms",9} {"of raw",7}");
    }
    foreach (var ((name, count), list) in results.OrderBy(r => r.Key.Callers))
    {
        var raw = results.GetValueOrDefault(($"raw-{name.Split('-').ElementAtOrDefault(1)}", count)) ?? list;
        var (perSecond, p50, p99) = (Median(list, m => m.PerSecond), Median(list, m => m.P50), Median(list, m => m.P99));
        var ratio = perSecond / Median(raw, m => m.PerSecond);
        Console.WriteLine($"{count,7}  {name,-26} {perSecond,10:N0} {p50,9:N2} {p99,9:N2} {ratio,7:N2}");
        await file.WriteLineAsync(Line($"audit/{name}/{count}", perSecond, "entries/s", ratio));
        await file.WriteLineAsync(Line($"audit/{name}/{count}/p50", p50, "ms", p50 / Median(raw, m => m.P50)));
        await file.WriteLineAsync(Line($"audit/{name}/{count}/p99", p99, "ms", p99 / Median(raw, m => m.P99)));
    }
    foreach (var line in lines)
        await file.WriteLineAsync(line);
    Console.WriteLine();
    Console.WriteLine($"JSON lines: {options.Out}");
}

static double Median(List<Measured> rounds, Func<Measured, double> value) => rounds.Select(value).Order().ElementAt((rounds.Count - 1) / 2);

static string Line(string name, double value, string unit, double ratio) =>
    JsonSerializer.Serialize(new { name, value = Math.Round(value, 3), unit, ratio = Math.Round(ratio, 3) });
