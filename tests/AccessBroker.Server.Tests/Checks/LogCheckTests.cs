using System.Net;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Checks;

/// <summary>"Check this log now", in a browser without scripts.</summary>
public sealed class LogCheckTests(DemoServer demo)
{
    [Fact]
    public async Task Check_HonestLog_VerdictInSentencesAndWhatItIsWorthAndRecorded()
    {
        using var alan = await demo.Broker.InBrowser("alan");

        var verdict = await CheckAsync(alan, await alan.GetAsync("/a/export?tenant=acme"), "acme");

        Assert.True(verdict.Html.Contains("Verified, by the server itself", StringComparison.Ordinal), verdict.Html);
        Assert.Contains("in one unbroken chain, complete up to log index", verdict.Html, StringComparison.Ordinal);
        Assert.Contains("What is not proved", verdict.Html, StringComparison.Ordinal);
        Assert.Contains("proves nothing to somebody who distrusts it", verdict.Html, StringComparison.Ordinal);
        Assert.Contains("accessbroker verify", verdict.Html, StringComparison.Ordinal);
        Assert.True(await IsRecordedAsync(), "the check is not on the trail");
    }

    [Fact]
    public async Task Check_SomebodyElses_IsNotFound()
    {
        using var alan = await demo.Broker.InBrowser("alan");
        using var priya = await demo.Broker.InBrowser("priya");
        var verdict = await CheckAsync(alan, await alan.GetAsync("/a/export"), "acme");

        Assert.Equal(HttpStatusCode.NotFound, (await priya.GetAsync(verdict.Address.PathAndQuery)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alan.SubmitAsync(await alan.GetAsync("/a/export"), "/a/check", ("tenant", "nobody"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alan.GetAsync($"/a/checks/{Guid.CreateVersion7()}")).Status);
    }

    [Fact]
    public async Task Check_BodyChangedInTheDatabase_FailsInASentenceThatNamesTheEntry()
    {
        await using var broker = await AccessBrokerFactory.StartAsync();
        var entry = await broker.Services.GetRequiredService<IAuditLog>().AppendAsync(new EntryDraft(
            EntryClass.Event, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
            new BodyWriter().Add("kind", "test.event").Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", "acme").ToBytes()));
        ChangeBody(broker.DatabaseFile, entry.Index);
        using var alan = await broker.InBrowser("alan");

        var verdict = await CheckAsync(alan, await alan.GetAsync("/a/export"), "acme");

        Assert.Equal(HttpStatusCode.OK, verdict.Status);
        Assert.Contains("<h2>Failed</h2>", verdict.Html, StringComparison.Ordinal);
        Assert.Contains($"entry {entry.Index} does not open", verdict.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", verdict.Html, StringComparison.Ordinal);
    }

    /// <summary>An <c>audit.read</c> that says it was a check. The projection may lag a moment behind.</summary>
    private async Task<bool> IsRecordedAsync()
    {
        var (records, entries) = (demo.Broker.Services.GetRequiredService<IAuditRecords>(), demo.Broker.Services.GetRequiredService<ITrailReader>());
        for (var i = 0; i < 50; i++)
        {
            foreach (var row in (await records.SearchAsync(new AuditQuery { Tenants = ["acme"], Limit = 100, PeopleOnly = false }, default)).Where(e => e.Kind == "audit.read"))
            {
                if (await entries.ReadAsync(row.Index, default) is { Body: { } body } && Encoding.UTF8.GetString(body).Contains("\"query\":\"check\"", StringComparison.Ordinal))
                    return true;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
        return false;
    }

    /// <summary>As a script-less browser does: the page loads itself again until there is a verdict.</summary>
    private static async Task<Page> CheckAsync(Browser browser, Page from, string tenant)
    {
        var page = await browser.SubmitAsync(from, "/a/check", ("tenant", tenant));
        Assert.StartsWith("/a/checks/", page.Address.AbsolutePath, StringComparison.Ordinal);
        for (var i = 0; i < 60 && page.Html.Contains("<progress", StringComparison.Ordinal); i++)
        {
            Assert.Contains("http-equiv=\"refresh\"", page.Html, StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            page = await browser.GetAsync(page.Address.PathAndQuery);
        }
        return page;
    }

    /// <summary>As whoever owns the database file can.</summary>
    private static void ChangeBody(string file, long index)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        foreach (var trigger in Read(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_bundle'").Select(row => (string)row[0]))
            Read(connection, $"DROP TRIGGER \"{trigger}\"");
        var (first, bodies) = Read(connection, $"SELECT first_idx, bodies FROM audit_bundle WHERE first_idx <= {index} ORDER BY first_idx DESC LIMIT 1").Select(row => ((long)row[0], (byte[])row[1])).Single();
        bodies[^1] ^= 1; // the tag of the last body
        using var change = connection.CreateCommand();
        change.CommandText = "UPDATE audit_bundle SET bodies = $bodies WHERE first_idx = $first";
        change.Parameters.AddWithValue("$bodies", bodies);
        change.Parameters.AddWithValue("$first", first);
        Assert.Equal(1, change.ExecuteNonQuery());
    }

    private static List<object[]> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }
}
