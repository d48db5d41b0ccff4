using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;
using AccessBroker.Testing.PostgreSql;
using Npgsql;

namespace AccessBroker.Server.Tests.Startup;

/// <summary>The program on a database whose administrator keeps accounts apart: one migrates, the other serves.</summary>
public sealed class DatabaseRolesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-roles-").FullName;
    private readonly string _database = $"t{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    [Fact]
    public async Task Server_AsTheBrokersAccount_StartsAfterTheOwnerMigratedAndServesTheWholeStory()
    {
        await CreateDatabaseAsync();

        var tooEarly = await ServerProcess.RunAsync(Settings(BrokerRoles.Broker));
        AssertRefused(tooEarly, "Run this program's 'migrate' with the owner's connection string");

        var migrated = await ServerProcess.RunAsync(Storage(BrokerRoles.Owner), "migrate");
        Assert.True(migrated.ExitCode == 0, migrated.Error + migrated.Output);
        Assert.Contains("The database has this version's schema now.", migrated.Output, StringComparison.Ordinal);
        AssertRefused(await ServerProcess.RunAsync(Settings(BrokerRoles.Broker)), "Run the script in ops/sql");

        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, _database);
        await using (var server = await RunningServer.StartAsync(_folder, Storage(BrokerRoles.Broker)))
        {
            await TellStoryAsync(server.Address);
            await RebuildSearchAsync(server.Address);
            var console = await server.StopAsync();
            Assert.DoesNotContain("permission denied", console, StringComparison.Ordinal);
        }
        var again = await ServerProcess.RunAsync(Storage(BrokerRoles.Owner), "migrate");
        Assert.Contains("The database has this version's schema already.", again.Output, StringComparison.Ordinal);
        await using var restarted = await RunningServer.StartAsync(_folder, Storage(BrokerRoles.Broker));
    }

    [Fact]
    public async Task Migrate_WithoutADatabase_IsRefusedInWords()
    {
        var ended = await ServerProcess.RunAsync(new Dictionary<string, string?> { ["Storage:Provider"] = "Oracle" }, "migrate");

        AssertRefused(ended, "Storage:ConnectionString is empty");
        AssertRefused(ended, "Storage:Provider is 'Oracle'");
        Assert.DoesNotContain("Keys:Folder", ended.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CreateDatabaseAsync()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        await PostgreSqlServer.Shared.ExecuteAsync("postgres", $"CREATE DATABASE {_database}");
        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, _database);
    }

    /// <summary>Every kind of change that people make: asked, refused, taken back, approved, used, ended, searched, exported.</summary>
    private static async Task TellStoryAsync(Uri address)
    {
        using var dana = await AsAsync(address, "dana");
        using var eve = await AsAsync(address, "eve");
        using var priya = await AsAsync(address, "priya");
        using var alan = await AsAsync(address, "alan");
        using var browser = new Browser(address);
        await PersonaSignIn.InBrowserAsync(browser, "priya");

        var refused = await eve.AskAsync();
        await priya.PostAsync($"/api/v1/requests/{refused.Id}/deny", new DenyRequest(refused.Version, "Not today."), ContractsJson.Default.DenyRequest, ContractsJson.Default.RequestView);
        var takenBack = await dana.AskAsync();
        await dana.PostAsync<object, RequestView>($"/api/v1/requests/{takenBack.Id}/cancel", null, null, ContractsJson.Default.RequestView);
        var request = await dana.AskAsync(ApiClient.Ask("orders.read"));
        var grant = await priya.ApproveAsync(request);
        var session = await dana.StartAsync(grant);
        var entry = await dana.PostAsync<object, BrowserEntry>($"/api/v1/sessions/{session.Session.Id}/browser", null, null, ContractsJson.Default.BrowserEntry);
        using (var opened = await dana.GetAsync(entry.Url))
            Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        await dana.PostAsync<object, SessionView>($"/api/v1/sessions/{session.Session.Id}/end", null, null, ContractsJson.Default.SessionView);
        await priya.PostAsync<object, GrantEnded>($"/api/v1/grants/{grant.Id}/revoke", null, null, ContractsJson.Default.GrantEnded);

        await ForgetAsync(await AsAsync(address, "ada"), priya, entry: request.EntryIndex);

        await alan.GetAsync("/api/v1/audit/events?tenant=acme", ContractsJson.Default.PageAuditEventView);
        using var bundle = await alan.GetAsync("/api/v1/audit/bundle?tenant=acme");
        Assert.Equal(HttpStatusCode.OK, bundle.StatusCode);
        using var zip = new ZipArchive(await bundle.Content.ReadAsStreamAsync());
        using var bodies = new StreamReader(zip.GetEntry("bodies.jsonl")!.Open());
        var told = await bodies.ReadToEndAsync();
        foreach (var kind in new[] { "review.denied", "request.cancelled", "grant.created", "session.started", "session.ended", "grant.revoked", "audit.exported" })
            Assert.Contains($"\"kind\":\"{kind}\"", told, StringComparison.Ordinal);
    }

    /// <summary>Beside the running server, under its own two accounts; never under the one that may delete nothing.</summary>
    private async Task RebuildSearchAsync(Uri address)
    {
        var settings = Settings(BrokerRoles.Broker);
        AssertRefused(await ServerProcess.RunAsync(settings, "rebuild-search"), "--by is missing");
        settings["by"] = "ada";
        var alone = new Dictionary<string, string?>(settings) { ["Storage:ErasureConnectionString"] = "" };
        AssertRefused(await ServerProcess.RunAsync(alone, "rebuild-search"), "Set Storage:ErasureConnectionString to the eraser's account");
        await PostgreSqlServer.Shared.ExecuteAsync(_database, "DELETE FROM audit_event");

        var rebuilt = await ServerProcess.RunAsync(settings, "rebuild-search");

        Assert.True(rebuilt.ExitCode == 0, rebuilt.Error + rebuilt.Output);
        Assert.Contains("of the log says who rebuilds.", rebuilt.Output, StringComparison.Ordinal);
        using var alan = await AsAsync(address, "alan");
        foreach (var kind in (string[])["grant.created", "admin.search.rebuilt"])
            Assert.NotEmpty((await alan.GetAsync("/api/v1/audit/events?q=action:" + kind, ContractsJson.Default.PageAuditEventView)).Items);
    }

    /// <summary>The one thing that the server does under another account.</summary>
    private static async Task ForgetAsync(HttpClient ada, HttpClient priya, long entry)
    {
        var proposed = await ada.PostAsync(
            "/api/v1/erasures", new ProposeErasure("acme", "GDPR Art. 17", "The engineer asked us to.", Entries: [entry]),
            ContractsJson.Default.ProposeErasure, ContractsJson.Default.ErasureView, HttpStatusCode.Created);
        await priya.PostAsync<object, ErasureView>($"/api/v1/erasures/{proposed.Id}/confirm", null, null, ContractsJson.Default.ErasureView);
        for (var tries = 0; tries < 300; tries++)
        {
            var now = await ada.GetAsync($"/api/v1/erasures/{proposed.Id}", ContractsJson.Default.ErasureView);
            if (now.State == "done")
            {
                Assert.Equal(1, now.Erased);
                return;
            }
            await Task.Delay(100);
        }
        Assert.Fail("The erasure was not carried out.");
    }

    private static async Task<HttpClient> AsAsync(Uri address, string persona)
    {
        var client = new HttpClient(LoopbackHandler.Create()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await new PersonaSignIn(address).TokenAsync(persona));
        return client;
    }

    private Dictionary<string, string?> Settings(string role) => DemoSettings.For(new Uri($"http://localhost:{FreePort.Next()}/"), _folder, Storage(role));

    private Dictionary<string, string?> Storage(string role) => new()
    {
        ["Storage:Provider"] = "PostgreSql", ["Storage:ConnectionString"] = PostgreSqlServer.Shared.ConnectionString(_database, role),
        ["Storage:ErasureConnectionString"] = PostgreSqlServer.Shared.ConnectionString(_database, BrokerRoles.Eraser),
    };

    private static void AssertRefused(ServerProcess.Ended ended, string sentence)
    {
        Assert.True(ended.ExitCode == 1, $"exit code {ended.ExitCode}: {ended.Error}{ended.Output}");
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }
}
