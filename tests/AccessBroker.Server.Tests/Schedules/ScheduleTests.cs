using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Server.Tests.Log;
using AccessBroker.Testing;
using static AccessBroker.Server.Tests.Schedules.ScheduledBroker;

namespace AccessBroker.Server.Tests.Schedules;

/// <summary>Files that are made by themselves, as who finds them and who watches them sees it.</summary>
[UnsupportedOSPlatform("windows")] // modes of files
public sealed class ScheduleTests : IDisposable
{
    private const string Address = "/api/v1/audit/schedules";
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-schedule-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Missed_AreMadeOnceEach_RecordedBeforeTheyAreWritten_AndShown()
    {
        var files = Folder(_folder);
        var settings = new Dictionary<string, string?>()
            .Add("daily", "acme", "csv", "day", files, keep: 2)
            .Add("daily-all", "all", "ocsf", "week", files, at: "0 6 * * *")
            .Add("proof", "acme", "bundle", "everything", files, keep: 1, bodies: true)
            .Add("meta", "acme", "ndjson", "everything", files)
            .Add("whole", "acme", "ndjson", "everything", files, bodies: true)
            .Add("lost", "nobody", "parquet", "month", files);
        await using var broker = await AccessBrokerFactory.StartAsync(settings);
        await (await broker.AsEngineer("eve")).AskAsync(ApiClient.Ask("attachments.read"));
        File.WriteAllText(Path.Combine(files, "daily.acme.20200101T023000Z.csv.bak"), "somebody's own");
        File.WriteAllText(Path.Combine(files, ".daily.acme.20200101T023000Z.csv.0.part"), "half of one");

        foreach (var name in new[] { "daily", "daily-all", "proof", "meta", "whole", "lost" })
            await BehindAsync(broker.DatabaseFile, name, TimeSpan.FromDays(3));
        var alan = await broker.AsAuditor("alan");
        await EventuallyAsync(() => ListAsync(alan).Result is var list && list.Count(s => s.LastRun is not null && s.State == "waiting") == 5 && list.Any(s => s.State == "failed"));

        // What lies there: one of each due period, no more than are kept, nothing half made, for the server's user alone.
        Assert.Equal(LastDays(2).Select(d => $"daily.acme.{d}T023000Z.csv"), Made(files, "daily.acme."));
        Assert.Equal("somebody's own", File.ReadAllText(Path.Combine(files, "daily.acme.20200101T023000Z.csv.bak")));
        Assert.Equal(["_system", "acme", "globex"], Made(files, "daily-all.").Select(f => f.Split('.')[1]).Distinct());
        var proof = Assert.Single(Made(files, "proof."));
        Assert.Empty(Made(files, "lost."));
        Assert.Empty(Directory.EnumerateFiles(files, ".*"));
        Assert.All(Directory.EnumerateFiles(files).Where(f => !f.EndsWith(".bak", StringComparison.Ordinal)), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));

        // What is in it: a customer's words only where the configuration says so and names one customer.
        var (meta, whole) = (File.ReadAllText(Path.Combine(files, Made(files, "meta.").Single())), File.ReadAllText(Path.Combine(files, Made(files, "whole.").Single())));
        Assert.Contains("\"kind\":\"request.created\"", meta, StringComparison.Ordinal);
        Assert.DoesNotContain("orders show twice", meta, StringComparison.Ordinal);
        Assert.Contains("orders show twice", whole, StringComparison.Ordinal);
        var key = (await broker.Anonymous().GetStringAsync("/log/vkey")).Trim();
        var verified = await CliProcess.RunAsync("verify", Path.Combine(files, proof), "--key", key);
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        using (var zip = ZipFile.OpenRead(Path.Combine(files, proof)))
        using (var bodies = new StreamReader(zip.GetEntry("bodies.jsonl")!.Open()))
            Assert.Contains("\"schedule\":\"proof\"", await bodies.ReadToEndAsync(), StringComparison.Ordinal); // recorded before it was written

        // What is said of it.
        var recorded = await RecordedAsync(alan, "acme");
        Assert.Equal(2, recorded.Count(e => Text(e, "schedule") == "daily"));
        Assert.All(recorded, e => Assert.Equal(("_system", "schedule"), (Text(e, "actor"), Text(e, "form"))));
        Assert.Equal("bodies", Text(recorded.Single(e => Text(e, "schedule") == "whole"), "content"));
        Assert.Equal("metadata", Text(recorded.Single(e => Text(e, "schedule") == "meta"), "content"));
        var daily = recorded.Last(e => Text(e, "schedule") == "daily");
        Assert.Equal(TimeSpan.FromDays(1).TotalMicroseconds, daily.GetProperty("to").GetInt64() - daily.GetProperty("from").GetInt64());
        var views = await ListAsync(alan);
        var view = views.Single(s => s.Name == "daily");
        Assert.Equal(("waiting", "30 2 * * *", "acme", "csv", "day"), (view.State, view.At, view.Tenant, view.Format, view.Range));
        Assert.Equal((2, 30), (view.NextRun!.Value.Hour, view.NextRun.Value.Minute));
        Assert.Contains(view.LastFile, Made(files, "daily.acme."));
        var lost = views.Single(s => s.Name == "lost");
        Assert.Contains("There is no customer 'nobody'", lost.LastError, StringComparison.Ordinal);
        Assert.True(lost.NextRun < DateTimeOffset.UtcNow);
        var ready = await broker.Anonymous().GetStringAsync("/healthz/ready");
        Assert.Contains("1 of 6 schedules failed", ready, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"ok\"", ready, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", ready, StringComparison.Ordinal);

        await WhoSeesWhatAsync(broker);
        await CommandLineAsync(broker, view.LastFile!);
        // As though the server had been killed when the file was whole and the database did not know yet: it is found, not made again.
        var made = views.Single(s => s.Name == "whole").LastRun;
        await BehindAsync(broker.DatabaseFile, "whole", TimeSpan.FromDays(1));
        await EventuallyAsync(() => ListAsync(alan).Result.Single(s => s.Name == "whole") is { State: "waiting" } again && again.LastRun > made);
        Assert.Equal(recorded.Count, (await RecordedAsync(alan, "acme")).Count); // nor was anything else made again meanwhile
    }

    [Fact]
    public async Task TwoServers_OfOneDatabase_MakeEachRunOnce()
    {
        var files = Folder(_folder);
        var settings = new Dictionary<string, string?>();
        foreach (var name in new[] { "one", "two", "three" })
            settings.Add(name, "acme", "csv", "day", files);
        await using var first = await RunningServer.StartAsync(_folder, settings);
        settings["Server:PublicUrl"] = first.Address.GetLeftPart(UriPartial.Authority); // behind one address
        await using var second = await RunningServer.StartAsync(_folder, settings);

        foreach (var name in new[] { "one", "two", "three" })
            await BehindAsync(Path.Combine(_folder, "broker.db"), name, TimeSpan.FromDays(4));
        await EventuallyAsync(() => Directory.EnumerateFiles(files, "*.csv.sha256").Count() == 12); // the sum comes last
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken); // both looked again

        var alan = first.Anonymous();
        alan.DefaultRequestHeaders.Authorization = new("Bearer", await new PersonaSignIn(first.Address).TokenAsync("alan"));
        Assert.Equal(12, (await RecordedAsync(alan, "acme")).Count);
        Assert.Equal(12, Made(files).Count);
    }

    [Fact]
    public async Task FullDisk_LeavesNothingHalf_SaysSo_AndIsMadeOnceThereIsRoom()
    {
        var files = Folder(_folder, "small");
        if ((await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", files)).Code is not 0 and var code)
            Assert.Skip($"A small disk cannot be mounted here (mount ended with {code}): run as root to test a full one.");
        try
        {
            await using var broker = await AccessBrokerFactory.StartAsync(new Dictionary<string, string?>().Add("big", "acme", "ndjson", "everything", files, bodies: true));
            await FillAsync(broker, 200, length: 2000);
            var alan = await broker.AsAuditor("alan");

            await BehindAsync(broker.DatabaseFile, "big", TimeSpan.FromDays(1));
            await EventuallyAsync(() => ListAsync(alan).Result.Single().State == "failed");
            Assert.Contains("no room left in its folder", (await ListAsync(alan)).Single().LastError, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(files));
            Assert.Contains("1 of 1 schedule failed", await broker.Anonymous().GetStringAsync("/healthz/ready"), StringComparison.Ordinal);

            Assert.Equal(0, (await RunAsync("mount", "-o", "remount,size=16m", files)).Code);
            await BehindAsync(broker.DatabaseFile, "big", TimeSpan.Zero); // the pause is over
            await EventuallyAsync(() => ListAsync(alan).Result.Single() is { State: "waiting", LastError: null });
            Assert.Single(Made(files));
        }
        finally
        {
            await RunAsync("umount", files);
        }
    }

    [Fact]
    public async Task BadSettings_AreAllToldAtStart()
    {
        var files = Folder(_folder);
        var open = Folder(_folder, "open");
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        var settings = new Dictionary<string, string?>()
            .Add("Nightly", "acme", "csv", "day", files)
            .Add("same", "acme", "csv", "day", files)
            .Add("same", "Acme!", "pdf", "year", Path.Combine(_folder, "missing"), at: "at two", keep: 0)
            .Add("open", "acme", "csv", "day", open, at: "@every_second")
            .Add("bodies", "all", "csv", "day", "relative", at: "0 0 31 2 *", bodies: true)
            .Add("bundle", "all", "bundle", "everything", files, at: "0 2 * * * *");

        var ended = await ServerProcess.RunAsync(DemoSettings.For(new Uri($"http://localhost:{FreePort.Next()}/"), _folder, settings));

        Assert.Equal(1, ended.ExitCode);
        Assert.All(new[]
        {
            "Log:Schedules:0:Name is 'Nightly'", "Log:Schedules:2:Name is 'same' like an earlier", "Log:Schedules:2:Tenant is 'Acme!'", "Log:Schedules:2:Format is 'pdf'; it must be one of bundle, ndjson",
            "Log:Schedules:2:Range is 'year'; it must be one of day, week, month, everything", "there is no such folder", "Log:Schedules:2:At is 'at two'; it must be a cron expression of five fields in UTC, such as '30 2 * * *'",
            "Log:Schedules:2:Keep is 0", "others may read it or enter it", "Log:Schedules:3:At is '@every_second'", "Log:Schedules:4:Folder is 'relative'; give the whole path", "a day that never comes",
            "Log:Schedules:4:Bodies writes what is the customer's", "Log:Schedules:5:At is '0 2 * * * *'", "Log:Schedules:5:Format is bundle, which holds whole bodies",
        }, sentence => Assert.Contains(sentence, ended.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_folder, "broker.db")));
    }

    private static async Task WhoSeesWhatAsync(AccessBrokerFactory broker)
    {
        Assert.Equal(6, (await ListAsync(await broker.AsAdministrator())).Count);
        Assert.Equal(["daily", "proof", "meta", "whole"], (await ListAsync(await broker.AsApprover("priya"))).Select(s => s.Name)); // of exactly her company
        Assert.Empty(await ListAsync(await broker.As("olga")));
        await (await broker.AsEngineer("dana")).GetForProblemAsync(Address, HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.Unauthorized, (await broker.Anonymous().GetAsync(Address)).StatusCode);
        var page = await (await broker.InBrowser("alan")).GetAsync("/a/export");
        Assert.Contains("Made by themselves", page.Html, StringComparison.Ordinal);
        Assert.Contains("There is no customer &#x27;nobody&#x27;", page.Html, StringComparison.Ordinal);
    }

    private async Task CommandLineAsync(AccessBrokerFactory broker, string file)
    {
        string[] server = ["--server", broker.Address.ToString(), "--profile", Path.GetFileName(_folder)];
        Assert.Equal(0, (await AsAlanAsync(["login", "--as", "alan", .. server])).Code);
        var (code, output, error) = await AsAlanAsync(["audit", "schedules", "--format", "table", .. server]);
        Assert.True(code == 0, error);
        Assert.Contains("daily-all", output, StringComparison.Ordinal);
        Assert.Contains(file, output, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> AsAlanAsync(string[] arguments)
    {
        var start = CliProcess.StartInfo(arguments);
        start.Environment["XDG_CONFIG_HOME"] = _folder;
        return CliProcess.RunAsync(start);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments) =>
        CliProcess.RunAsync(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    private static async Task<IReadOnlyList<ScheduleView>> ListAsync(HttpClient client) => (await client.GetAsync(Address, ContractsJson.Default.PageScheduleView)).Items;

    /// <summary>Bodies of the entries that schedules left on a trail.</summary>
    private static async Task<List<JsonElement>> RecordedAsync(HttpClient client, string tenant)
    {
        var text = await client.GetStringAsync($"/api/v1/audit/events.ndjson?tenant={tenant}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("body")).Where(b => Text(b, "form") == "schedule")];
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The last days at which 02:30 is past.</summary>
    private static IEnumerable<string> LastDays(int days) =>
        Enumerable.Range(0, days).Select(i => DateTime.UtcNow.AddHours(-2.5).Date.AddDays(-i).ToString("yyyyMMdd", CultureInfo.InvariantCulture)).Reverse();
}
