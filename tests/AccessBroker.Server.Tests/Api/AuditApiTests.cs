using System.IO.Compression;
using System.Net;
using System.Text.Json;
using AccessBroker.Contracts;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Api;

[Collection("one pending request per engineer and target")]
public sealed class AuditApiTests(DemoServer demo)
{
    private AccessBrokerFactory Broker => demo.Broker;

    [Fact]
    public async Task Search_ByAuditor_FindsWhatHappenedAndIsItselfRecorded()
    {
        var (grant, _) = await OneGrantAsync();
        var alan = await Broker.AsAuditor("alan");
        var found = await EventuallyAsync(alan, $"/api/v1/audit/events?q=grant:{grant.Id}%20action:grant.", p => p.Items.Any(e => e.Kind == "grant.revoked"));
        var revoked = found.Items.Single(e => e.Kind == "grant.revoked");
        Assert.Equal("acme", revoked.Tenant);
        Assert.Contains("ended the access", revoked.Sentence, StringComparison.Ordinal);
        Assert.Contains("Priya", revoked.Actor!.Name, StringComparison.Ordinal);

        var reads = await EventuallyAsync(alan, "/api/v1/audit/events?tenant=acme&q=action:audit.read%20actor:alan", p => p.Items.Count > 0);
        Assert.Equal("acme", reads.Items[0].Tenant);
    }

    [Fact]
    public async Task Search_Pages_GoOnWithoutGapOrRepeat()
    {
        await OneGrantAsync();
        var alan = await Broker.AsAuditor("alan");
        var q = "/api/v1/audit/events?tenant=acme&q=-action:audit.&limit=3";
        await EventuallyAsync(alan, q, p => p.Next is not null);
        var first = await alan.GetAsync(q, ContractsJson.Default.PageAuditEventView);
        var second = await alan.GetAsync($"{q}&after={first.Next}", ContractsJson.Default.PageAuditEventView);
        var indexes = first.Items.Concat(second.Items).Select(e => e.Index).ToList();
        Assert.Equal(indexes.OrderDescending(), indexes);
        Assert.Equal(indexes.Count, indexes.Distinct().Count());
    }

    [Fact]
    public async Task Entry_Whole_IsTheBytesThatTheLeafHashes()
    {
        var (grant, _) = await OneGrantAsync();
        var priya = await Broker.AsApprover("priya");
        var entry = await priya.GetAsync($"/api/v1/audit/events/{grant.EntryIndex}", ContractsJson.Default.AuditEntryView);
        var header = Convert.FromBase64String(entry.Header);
        Assert.Equal(160, header.Length);
        Assert.Equal(entry.Event.Leaf, Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData([0, .. header])));
        using var body = JsonDocument.Parse(entry.Body!);
        Assert.Equal("grant.created", body.RootElement.GetProperty("kind").GetString());
        Assert.Equal(grant.Id.ToString("D"), body.RootElement.GetProperty("grant").GetString());
    }

    [Fact]
    public async Task Trail_OfAnotherCustomer_IsNotThere()
    {
        var (grant, _) = await OneGrantAsync();
        var olga = await Broker.AsApprover("olga");
        await olga.GetForProblemAsync("/api/v1/audit/events?tenant=acme", HttpStatusCode.NotFound);
        await olga.GetForProblemAsync($"/api/v1/audit/events/{grant.EntryIndex}", HttpStatusCode.NotFound);
        await olga.GetForProblemAsync("/api/v1/audit/bundle?tenant=acme", HttpStatusCode.NotFound);
        await olga.GetForProblemAsync("/api/v1/audit/log", HttpStatusCode.NotFound);
        var hers = await olga.GetAsync($"/api/v1/audit/events?q=grant:{grant.Id}", ContractsJson.Default.PageAuditEventView);
        Assert.Empty(hers.Items);
        await (await Broker.AsEngineer("dana")).GetForProblemAsync("/api/v1/audit/events", HttpStatusCode.NotFound);
    }

    /// <summary>Neither by words, nor by counting, nor by waiting.</summary>
    [Fact]
    public async Task Entry_OfAnotherCustomer_IsToldApartFromAMissingOneByNothing()
    {
        var (grant, _) = await OneGrantAsync();
        await EventuallyAsync(await Broker.AsAuditor("alan"), $"/api/v1/audit/events?q=grant:{grant.Id}%20action:grant.created", p => p.Items.Count == 1);
        var olga = await Broker.AsApprover("olga");

        var foreign = await olga.GetForProblemAsync($"/api/v1/audit/events/{grant.EntryIndex}", HttpStatusCode.NotFound);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var missing = await olga.GetForProblemAsync("/api/v1/audit/events/999999999", HttpStatusCode.NotFound);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), "A missing entry was waited for."); // as long as a new one may take to be projected
        Assert.Equal((foreign.Type, foreign.Title, foreign.Detail, foreign.Next), (missing.Type, missing.Title, missing.Detail, missing.Next));
        foreach (var search in (string[])[$"grant:{grant.Id}", "customer:acme", "customer:acme-that-never-was", "path:/orgs/acme"])
        {
            var page = await olga.GetAsync("/api/v1/audit/events?q=" + search, ContractsJson.Default.PageAuditEventView);
            Assert.Equal((0, null, null), (page.Items.Count, page.Next, page.SearchedBackTo));
        }
    }

    /// <summary>Rows are no proof: whoever writes the database can give one to another customer, and still opens no body to them.</summary>
    [Fact]
    public async Task Entry_ItsRowFalsified_IsStillOpenedOnlyToThoseOfItsTrail()
    {
        var (grant, _) = await OneGrantAsync();
        await EventuallyAsync(await Broker.AsAuditor("alan"), $"/api/v1/audit/events?q=grant:{grant.Id}%20action:grant.created", p => p.Items.Count == 1);
        var olga = await Broker.AsApprover("olga");
        await GiveRowAsync(grant.EntryIndex, "globex");

        await olga.GetForProblemAsync($"/api/v1/audit/events/{grant.EntryIndex}", HttpStatusCode.NotFound);

        await GiveRowAsync(grant.EntryIndex, "acme");
        Assert.NotNull((await (await Broker.AsApprover("priya")).GetAsync($"/api/v1/audit/events/{grant.EntryIndex}", ContractsJson.Default.AuditEntryView)).Body);
    }

    private async Task GiveRowAsync(long index, string tenant)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Broker.DatabaseFile};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE audit_event SET tenant = @tenant WHERE idx = @index";
        command.Parameters.AddWithValue("@tenant", tenant);
        command.Parameters.AddWithValue("@index", index);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task Search_BadTerm_Is400AndNamesIt()
    {
        var problem = await (await Broker.AsAuditor("alan")).GetForProblemAsync("/api/v1/audit/events?q=colour:red", HttpStatusCode.BadRequest);
        Assert.EndsWith("bad-search-term", problem.Type, StringComparison.Ordinal);
        Assert.Contains("colour:red", problem.Detail, StringComparison.Ordinal);
        var nobody = await (await Broker.AsAuditor("alan")).GetForProblemAsync("/api/v1/audit/events?q=actor:zaphod", HttpStatusCode.BadRequest);
        Assert.Contains("zaphod", nobody.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_WithThePinnedCheckpoint_HoldsTheTrailAndItsOwnExport()
    {
        await OneGrantAsync();
        var alan = await Broker.AsAuditor("alan");
        using var anonymous = Broker.Anonymous();
        var pinned = await alan.GetStringAsync("/api/v1/audit/checkpoint?publish=true");
        Assert.Contains((await anonymous.GetStringAsync("/log/vkey")).Split('+')[0], pinned, StringComparison.Ordinal);
        await OneGrantAsync();

        using var response = await alan.GetAsync("/api/v1/audit/bundle?tenant=acme&pinned=" + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(pinned)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        using var manifest = await JsonDocument.ParseAsync(zip.GetEntry("manifest.json")!.Open());
        Assert.Equal("accessbroker-bundle/v1", manifest.RootElement.GetProperty("format").GetString());
        Assert.NotEqual(0, manifest.RootElement.GetProperty("consistency").GetArrayLength());
        using var bodies = new StreamReader(zip.GetEntry("bodies.jsonl")!.Open());
        Assert.Contains("\"kind\":\"audit.exported\"", await bodies.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_Ocsf_IsValidByTheSchemaAndSaysWhoDidWhat()
    {
        var (grant, _) = await OneGrantAsync();
        using (var gateway = Broker.Anonymous())
        using (var blocked = await gateway.GetAsync(grant.GatewayOrigin + "/orgs/acme/tickets"))
            Assert.Equal(HttpStatusCode.Unauthorized, blocked.StatusCode);
        using var response = await (await Broker.AsAuditor("alan")).GetAsync("/api/v1/audit/bundle?tenant=acme");
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        using var reader = new StreamReader(zip.GetEntry("ocsf.jsonl")!.Open());
        var events = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Empty(OcsfSchema.Faults(e)));
        Assert.Subset(events.Select(e => e.GetProperty("class_uid").GetInt32()).ToHashSet(), new HashSet<int> { 3002, 3004, 6003 });
        var created = events.Single(e => e.GetProperty("metadata").GetProperty("event_code").GetString() == "grant.created"
            && e.GetProperty("entity").GetProperty("uid").GetString() == grant.Id.ToString("D"));
        Assert.Equal(300401, created.GetProperty("type_uid").GetInt32());
        Assert.Equal(grant.EntryIndex, created.GetProperty("unmapped").GetProperty("idx").GetInt64());
        Assert.Equal(grant.Approver.Id.ToString("D"), created.GetProperty("actor").GetProperty("user").GetProperty("uid").GetString());
    }

    [Theory]
    [InlineData("tenant=acme&from=yesterday", "from")]
    [InlineData("tenant=acme&from=9999-12-30", "from")]
    [InlineData("tenant=acme&to=0001-01-01T00:00:00Z", "to")]
    [InlineData("tenant=acme&grant=7", "grant")]
    [InlineData("tenant=acme&pinned=***", "pinned")]
    public async Task Bundle_BadArgument_Is400AndNamesIt(string query, string field)
    {
        var problem = await (await Broker.AsAuditor("alan")).GetForProblemAsync("/api/v1/audit/bundle?" + query, HttpStatusCode.BadRequest);
        Assert.Contains(field, problem.Errors!.Keys);
    }

    [Fact]
    public async Task Bundle_ForeignCheckpoint_Is422()
    {
        using var note = new StringContent("not a checkpoint", System.Text.Encoding.UTF8, "text/plain");
        using var response = await (await Broker.AsAuditor("alan")).PostAsync("/api/v1/audit/bundle?tenant=acme", note);
        await ApiClient.ProblemAsync(response, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task WholeLog_ByAdministrator_HoldsHeadersAndHeads()
    {
        using var response = await (await Broker.AsAdministrator("ada")).GetAsync("/api/v1/audit/log");
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        Assert.Equal(0, zip.GetEntry("all-headers.bin")!.Length % 160);
        Assert.NotNull(zip.GetEntry("heads.json"));
        Assert.NotNull(zip.GetEntry("checkpoint"));
    }

    [Fact]
    public async Task OpenApi_DescribesEveryEndpointWithItsProblems()
    {
        using var document = JsonDocument.Parse(await Broker.Anonymous().GetStringAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.RootElement.GetProperty("paths");
        var approve = paths.GetProperty("/api/v1/requests/{id}/approve").GetProperty("post");
        Assert.Contains("422", approve.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.True(approve.GetProperty("responses").GetProperty("422").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.True(approve.TryGetProperty("requestBody", out _));
        Assert.True(paths.TryGetProperty("/log/checkpoint", out _));
    }

    private async Task<(GrantView Grant, RequestView Request)> OneGrantAsync()
    {
        var eve = await Broker.AsEngineer("eve");
        var priya = await Broker.AsApprover("priya");
        var request = await eve.AskAsync(ApiClient.Ask("attachments.read"));
        var grant = await priya.ApproveAsync(request);
        await priya.PostAsync<object, GrantEnded>($"/api/v1/grants/{grant.Id}/revoke", null, null, ContractsJson.Default.GrantEnded);
        return (grant, request);
    }

    /// <summary>The projection is written a moment after the log.</summary>
    private static async Task<Page<AuditEventView>> EventuallyAsync(HttpClient client, string address, Func<Page<AuditEventView>, bool> holds)
    {
        for (var tries = 0; ; tries++)
        {
            var page = await client.GetAsync(address, ContractsJson.Default.PageAuditEventView);
            if (holds(page) || tries == 50)
                return page;
            await Task.Delay(100);
        }
    }
}
