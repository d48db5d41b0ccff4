using System.Net;
using System.Runtime.Versioning;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Server.Tests.Schedules;
using AccessBroker.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using static AccessBroker.Server.Tests.Schedules.ScheduledBroker;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>A real server that is killed (SIGKILL) while it writes an export, one that was ordered and one of a schedule.</summary>
[UnsupportedOSPlatform("windows")] // modes of files
public sealed class KilledServerTests : IDisposable
{
    private const int Entries = 10_000; // so many that an export takes long enough to be killed in its middle

    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-killed-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_InMidExport_NothingHalfIsServedAndBothAreMadeAfterTheRestart()
    {
        var files = Folder(_folder);
        var settings = new Dictionary<string, string?>().Add("nightly", "acme", "bundle", "everything", files, bodies: true);
        var database = await BigLogAsync();
        ExportView killed;
        Uri at;
        await using (var server = await RunningServer.StartAsync(_folder, settings))
        {
            using var alan = await AlanAsync(server);
            at = server.Address;
            killed = await alan.OrderAsync();
            await EventuallyAsync(() => JobSays(killed, "Running") && new FileInfo(DataOf(killed)) is { Exists: true, Length: > 0 });
            // Disposed: killed.
        }
        Assert.True(JobSays(killed, "Running"), "The export was finished before the server was killed.");
        Assert.True(File.Exists(DataOf(killed)));

        await using (var server = await RunningServer.StartAsync(_folder, settings, at))
        {
            using var alan = await AlanAsync(server);
            var found = await alan.LookAsync(killed.Id);
            Assert.Equal(("interrupted", null), (found.State, found.Sha256));
            Assert.Equal("urn:accessbroker:problem:export-not-ready", (await alan.GetForProblemAsync($"{ExportCalls.Address}/{killed.Id}/file", HttpStatusCode.Conflict)).Type);
            Assert.False(File.Exists(DataOf(killed)), "Half a file was left.");
            var again = await alan.PostAsync<object, ExportView>($"{ExportCalls.Address}/{killed.Id}/start", null, null, ContractsJson.Default.ExportView, HttpStatusCode.Accepted);
            var ready = await alan.EndedAsync(again);
            Assert.Equal("ready", ready.State);
            Assert.Equal(ready.Bytes, (await alan.FetchAsync(ready)).Length);

            await BehindAsync(database, "nightly", TimeSpan.FromDays(1));
            await EventuallyAsync(() => Directory.EnumerateFiles(files, ".nightly.*.part").Any(f => new FileInfo(f).Length > 0));
            // Killed in the middle of the schedule's file.
        }
        Assert.Empty(Made(files));
        var half = Assert.Single(Directory.EnumerateFiles(files, ".nightly.*.part"));

        await using (var server = await RunningServer.StartAsync(_folder, settings, at))
        {
            await BehindAsync(database, "nightly", TimeSpan.Zero); // the killed one's lease is over
            await EventuallyAsync(() => Directory.EnumerateFiles(files, "nightly.*.sha256").Any(), seconds: 60);
            Assert.Single(Made(files));
            Assert.False(File.Exists(half), "What the killed server began was left.");
        }
    }

    /// <summary>A database with a long log, as a server left it.</summary>
    private async Task<string> BigLogAsync()
    {
        var database = Path.Combine(_folder, "broker.db");
        await using var broker = await AccessBrokerFactory.StartAsync();
        await FillAsync(broker, Entries);
        var records = broker.Services.GetRequiredService<IAuditRecords>();
        await EventuallyAsync(() => records.ProjectedToAsync(default).Result >= Entries, seconds: 60); // else the next server begins with that
        using (var source = new SqliteConnection($"Data Source={broker.DatabaseFile};Pooling=False"))
        using (var target = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            await source.OpenAsync();
            await target.OpenAsync();
            source.BackupDatabase(target);
        }
        var keys = Folder(_folder, "keys");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(broker.Folder, "keys")))
            File.Copy(file, Path.Combine(keys, Path.GetFileName(file))); // not log-memory: it is of a log that may have gone on
        return database;
    }

    private bool JobSays(ExportView export, string state) => File.ReadAllText(Path.Combine(_folder, "exports", export.Id.ToString("D"), "job.json")).Contains($"\"{state}\"", StringComparison.Ordinal);

    private string DataOf(ExportView export) => Path.Combine(_folder, "exports", export.Id.ToString("D"), "data");

    private static async Task<HttpClient> AlanAsync(RunningServer server)
    {
        var alan = server.Anonymous();
        alan.DefaultRequestHeaders.Authorization = new("Bearer", await new PersonaSignIn(server.Address).TokenAsync("alan"));
        return alan;
    }
}
