using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Schedules;

/// <summary>Schedules as a test sets them up, and time that has passed for them.</summary>
[UnsupportedOSPlatform("windows")] // modes of files
internal static class ScheduledBroker
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Folder(string parent, string name = "files") => Directory.CreateDirectory(Path.Combine(parent, name), Own).FullName;

    public static Dictionary<string, string?> Add(
        this Dictionary<string, string?> settings, string name, string tenant, string format, string range, string folder, string at = "30 2 * * *", int keep = 30, bool bodies = false)
    {
        var place = $"Log:Schedules:{settings.Keys.Count(k => k.EndsWith(":Name", StringComparison.Ordinal) && k.StartsWith("Log:Schedules:", StringComparison.Ordinal))}";
        (settings[$"{place}:Name"], settings[$"{place}:Tenant"], settings[$"{place}:Format"], settings[$"{place}:Range"]) = (name, tenant, format, range);
        (settings[$"{place}:Folder"], settings[$"{place}:At"], settings[$"{place}:Keep"], settings[$"{place}:Bodies"]) = (folder, at, keep.ToString(), bodies.ToString());
        return settings;
    }

    /// <summary>As though for so long nothing had been made of it, and nobody had it or waited after a failure.</summary>
    public static async Task BehindAsync(string database, string schedule, TimeSpan by)
    {
        await EventuallyAsync(() => Execute(database, by, schedule) == 1); // the server makes it known after its start
    }

    public static async Task EventuallyAsync(Func<bool> holds, int seconds = 30)
    {
        for (var waited = Stopwatch.StartNew(); !holds();)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(seconds), $"It did not come to pass within {seconds} s.");
            await Task.Delay(5);
        }
    }

    /// <summary>Entries of acme's that hold so much text.</summary>
    public static async Task FillAsync(AccessBrokerFactory broker, int entries, int length = 200)
    {
        var log = broker.Services.GetRequiredService<IAuditLog>();
        var text = new string('x', length);
        await Parallel.ForEachAsync(Enumerable.Range(0, entries), new ParallelOptions { MaxDegreeOfParallelism = 512 }, async (i, cancel) =>
        {
            var body = new BodyWriter().Add("kind", "test.filled").Add("actor", "_system").Add("tenant", "acme").Add("number", i).Add("text", text);
            await log.AppendAsync(new EntryDraft(EntryClass.Event, "acme", Guid.CreateVersion7(), Guid.Empty, body.ToBytes()), cancel);
        });
    }

    /// <summary>Files with a name, without the sums beside them, which are checked.</summary>
    public static List<string> Made(string folder, string begins = "")
    {
        var files = Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is not (".sha256" or ".bak" or ".part") && Path.GetFileName(f).StartsWith(begins, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.All(files, f => Assert.Equal($"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}  {Path.GetFileName(f)}\n", Encoding.ASCII.GetString(File.ReadAllBytes(f + ".sha256"))));
        return [.. files.Select(f => Path.GetFileName(f))];
    }

    private static int Execute(string database, TimeSpan by, string schedule)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE audit_schedule SET done_until = done_until - $by, held_until = 0, retry_at = 0 WHERE name = $name";
        command.Parameters.AddWithValue("$by", (long)by.TotalMicroseconds);
        command.Parameters.AddWithValue("$name", schedule);
        return command.ExecuteNonQuery();
    }
}
