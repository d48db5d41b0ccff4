using System.Diagnostics;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Bench;
using Bench.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Fills the projection with a million rows, measuring that, then asks what people ask.
const long Rows = 1_000_000;
const int RowsPerWrite = 1000;
var options = BenchOptions.Parse(args);
var lines = new List<string>();
try
{
    await using var database = await PostgreSql.StartAsync(Path.Combine(options.Work, "postgresql"));
    Console.WriteLine($"PostgreSQL: {await database.RequireDurableAsync()}");
    foreach (var (provider, name) in new[] { ("Sqlite", "sqlite"), ("PostgreSql", "postgresql") })
    {
        if (options.Only.Count == 0 || options.Only.Any(name.Contains))
            await MeasureAsync(provider, name, provider == "Sqlite" ? $"Data Source={Path.Combine(options.Work, "search.db")}" : database.ConnectionString);
    }
    Directory.CreateDirectory(Path.GetDirectoryName(options.Out)!);
    await File.WriteAllLinesAsync(options.Out, lines);
    Console.WriteLine($"JSON lines: {options.Out}");
    return 0;
}
catch (BenchException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task MeasureAsync(string provider, string name, string connectionString)
{
    using var node = Build(provider, connectionString);
    await StorageStartup.MigrateAsync(node.Services);
    await node.StartAsync(); // its checkpointer keeps the write-ahead log short; the log itself is empty, so the projector has nothing to do
    var records = node.Services.GetRequiredService<IAuditRecords>();
    var visits = await FillAsync(records, name);
    await AddSessionsAsync(node.Services, visits);
    List<Question> questions = [.. Questions.Of(visits)];
    foreach (var question in questions.DistinctBy(q => q.Kind)) // the just-in-time compiler is not what is measured
        await AskAsync(records, question);
    var times = new List<Asked>();
    for (var round = 0; round < options.Rounds; round++)
    {
        foreach (var question in questions)
            times.AddRange(await AskAsync(records, question));
    }
    Console.WriteLine($"\n{name}: {times.Count} pages of {Rows:N0} entries\n\n  {"question",-22} {"p50 ms",9} {"p95 ms",9} {"max ms",9} {"rows",5} {"whole",6}");
    foreach (var kind in times.GroupBy(t => t.Kind).Append(new All(times)))
        Report(name, kind.Key, [.. kind]);
    await node.StopAsync();
}

async Task<int> FillAsync(IAuditRecords records, string name)
{
    var history = new History(Rows);
    var spent = TimeSpan.Zero; // without making the rows up
    for (var written = 0L; written < Rows; written += RowsPerWrite)
    {
        AuditEvent[] rows = [.. Enumerable.Range(0, RowsPerWrite).Select(_ => history.Next(Rows))];
        var begun = Stopwatch.GetTimestamp();
        await records.StoreEventsAsync(rows, default);
        spent += Stopwatch.GetElapsedTime(begun);
    }
    Console.WriteLine($"{name}: {Rows / spent.TotalSeconds:N0} rows/s written, {RowsPerWrite} a transaction; {history.Visits:N0} grants");
    Line(name, "written", Rows / spent.TotalSeconds, "rows/s");
    return history.Visits;
}

// A search by session learns the grant from the session's row.
async Task AddSessionsAsync(IServiceProvider services, int visits)
{
    await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync();
    context.Sessions.AddRange(Enumerable.Range(0, visits).Select(n => new Session { Id = Guid.Parse(History.Session(n)), GrantId = Guid.Parse(History.Grant(n)), Tenant = "bench", Target = "helpdesk" }));
    await context.SaveChangesAsync();
}

async Task<List<Asked>> AskAsync(IAuditRecords records, Question question)
{
    var asked = new List<Asked>();
    var query = question.Query;
    for (var page = 0; page < question.Pages; page++)
    {
        var begun = Stopwatch.GetTimestamp();
        var found = await records.SearchAsync(query, AuditPage.Budget, default);
        asked.Add(new(question.Kind, Stopwatch.GetElapsedTime(begun).TotalMilliseconds, found.Events.Count, Whole: found.SearchedTo is null));
        if (found.Events.Count < query.Limit && found.SearchedTo is null)
            break;
        query = query with { Before = found.SearchedTo ?? found.Events[^2].Index };
    }
    return asked;
}

void Report(string name, string kind, Asked[] asked)
{
    var times = asked.Select(a => a.Milliseconds).Order().ToArray();
    var (p50, p95, max) = (times[times.Length / 2], times[(int)(times.Length * 0.95)], times[^1]);
    Console.WriteLine($"  {kind,-22} {p50,9:N1} {p95,9:N1} {max,9:N1} {asked.Average(a => a.Rows),5:N0} {asked.Average(a => a.Whole ? 1 : 0),6:P0}");
    Line(name, kind + "/p50", p50, "ms");
    Line(name, kind + "/p95", p95, "ms");
    Line(name, kind + "/max", max, "ms");
}

void Line(string name, string what, double value, string unit) =>
    lines.Add(JsonSerializer.Serialize(new { name = $"search/{name}/{what}", value = Math.Round(value, 3), unit }));

IHost Build(string provider, string connectionString)
{
    var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Storage:Provider"] = provider, ["Storage:ConnectionString"] = connectionString, ["Keys:Folder"] = Path.Combine(options.Work, provider),
    });
    builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole().AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddStorage(builder.Configuration);
    return builder.Build();
}

/// <param name="Whole">False where the page's time was up before it was full.</param>
internal sealed record Asked(string Kind, double Milliseconds, int Rows, bool Whole);

/// <summary>All pages, as one more kind.</summary>
internal sealed class All(List<Asked> asked) : IGrouping<string, Asked>
{
    public string Key => "all";

    public IEnumerator<Asked> GetEnumerator() => asked.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
