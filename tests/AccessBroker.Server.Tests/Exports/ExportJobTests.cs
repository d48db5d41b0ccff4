using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>Exports that are made in the background, as programs see them.</summary>
[Collection("one pending request per engineer and target")]
public sealed class ExportJobTests(DemoServer demo)
{
    private AccessBrokerFactory Broker => demo.Broker;

    [Theory]
    [InlineData("bundle", "application/zip", "PK")]
    [InlineData("ndjson", "application/x-ndjson", "{\"idx\":")]
    [InlineData("csv", "text/csv", "idx,leaf,seq,time,")]
    [InlineData("parquet", "application/vnd.apache.parquet", "PAR1")]
    [InlineData("ocsf", "application/x-ndjson", "{\"unmapped\":{\"idx\":")]
    public async Task Export_EachFormat_IsMadeFetchedAndItselfRecorded(string format, string type, string begins)
    {
        var alan = await Broker.AsAuditor("alan");
        var ready = await alan.ReadyAsync(format);

        using var response = await alan.GetAsync($"{ExportCalls.Address}/{ready.Id}/file");
        var bytes = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(begins, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(ready.Bytes, bytes.Length);
        Assert.Equal(ready.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:", Assert.Single(response.Headers.GetValues("Repr-Digest")));
        Assert.True(ready.Total > 0 && ready.Done == ready.Total);
        Assert.Contains(await EntriesAsync(alan), e => Text(e, "kind") == "audit.exported" && Text(e, "form") == format);
        Assert.Equal(HttpStatusCode.OK, await alan.RemoveAsync(ready.Id));
    }

    [Fact]
    public async Task Ndjson_OfAGrant_HoldsItsEntriesWholeAndNoOther()
    {
        var (grant, _) = await OneGrantAsync();
        var alan = await Broker.AsAuditor("alan");
        var ready = await alan.ReadyAsync("ndjson", grant.Id);

        var lines = Lines(await alan.FetchAsync(ready));

        Assert.Contains(lines, l => Text(l.GetProperty("body"), "kind") == "grant.created" && l.GetProperty("idx").GetInt64() == grant.EntryIndex);
        Assert.All(lines, l => Assert.Equal(grant.Id.ToString("D"), Text(l.GetProperty("body"), "grant")));
        Assert.All(lines, l => Assert.Equal(160, l.GetProperty("header").GetBytesFromBase64().Length));
        await alan.RemoveAsync(ready.Id);
    }

    [Fact]
    public async Task Ocsf_OfTheTrail_IsValidByTheSchema()
    {
        var alan = await Broker.AsAuditor("alan");
        var ready = await alan.ReadyAsync("ocsf");

        Assert.All(Lines(await alan.FetchAsync(ready)), e => Assert.Empty(OcsfSchema.Faults(e)));
        await alan.RemoveAsync(ready.Id);
    }

    [Fact]
    public async Task File_FetchedInParts_IsTheWhole()
    {
        var alan = await Broker.AsAuditor("alan");
        var ready = await alan.ReadyAsync();
        var whole = await alan.FetchAsync(ready);
        var address = $"{ExportCalls.Address}/{ready.Id}/file";

        using var first = await PartAsync(alan, address, 0, 999, null);
        using var rest = await PartAsync(alan, address, 1000, null, first.Headers.ETag!.ToString());
        using var other = await PartAsync(alan, address, 1000, null, "\"another-file\"");
        using var beyond = await PartAsync(alan, address, ready.Bytes, null, null);

        Assert.Equal(HttpStatusCode.PartialContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(whole, (byte[])[.. await first.Content.ReadAsByteArrayAsync(), .. await rest.Content.ReadAsByteArrayAsync()]);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode); // If-Range: what it has is of another file
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        await alan.RemoveAsync(ready.Id);
    }

    [Fact]
    public async Task Export_OfSomebodyElse_IsNotThere()
    {
        var alan = await Broker.AsAuditor("alan");
        var ready = await alan.ReadyAsync("csv");
        foreach (var other in new[] { "priya", "olga", "dana" })
        {
            var client = await Broker.As(other);
            await client.GetForProblemAsync($"{ExportCalls.Address}/{ready.Id}", HttpStatusCode.NotFound);
            await client.GetForProblemAsync($"{ExportCalls.Address}/{ready.Id}/file", HttpStatusCode.NotFound);
            await client.PostForProblemAsync($"{ExportCalls.Address}/{ready.Id}/start", null, HttpStatusCode.NotFound);
            Assert.Equal(HttpStatusCode.NotFound, await client.RemoveAsync(ready.Id));
            Assert.DoesNotContain((await client.GetAsync(ExportCalls.Address, ContractsJson.Default.PageExportView)).Items, e => e.Id == ready.Id);
        }
        using var nobody = Broker.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync($"{ExportCalls.Address}/{ready.Id}/file")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, await alan.RemoveAsync(ready.Id));
        await alan.GetForProblemAsync($"{ExportCalls.Address}/{ready.Id}/file", HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, await alan.RemoveAsync(ready.Id));
    }

    [Theory]
    [InlineData("""{"tenant":"acme","format":"pdf"}""", "format")]
    [InlineData("""{"tenant":"acme","from":"yesterday"}""", "from")]
    [InlineData("""{"tenant":"acme","to":"0001-01-01T00:00:00Z"}""", "to")]
    [InlineData("""{"tenant":"acme","format":"csv","pinned":"a note"}""", "pinned")]
    [InlineData("""{"tenant":"acme","fromat":"csv"}""", "fromat")]
    [InlineData("""{"format":"csv"}""", "tenant")]
    public async Task Order_BadField_Is400AndNamesIt(string body, string field)
    {
        var problem = await (await Broker.AsAuditor("alan")).PostForProblemAsync(ExportCalls.Address, body, HttpStatusCode.BadRequest);
        Assert.Contains(field, problem.Errors!.Keys);
    }

    [Theory]
    [InlineData("dana", "acme")]
    [InlineData("olga", "acme")]
    [InlineData("alan", "nobody")]
    public async Task Order_OfATrailThatTheyMayNotRead_Is404AndNotRecorded(string who, string tenant)
    {
        var alan = await Broker.AsAuditor("alan");
        var before = (await EntriesAsync(alan)).Count(e => Text(e, "kind") == "audit.exported");

        await (await Broker.As(who)).PostForProblemAsync(ExportCalls.Address, $$"""{"tenant":"{{tenant}}"}""", HttpStatusCode.NotFound);

        Assert.Equal(before + 1, (await EntriesAsync(alan)).Count(e => Text(e, "kind") == "audit.exported")); // the second look records itself
    }

    [Fact]
    public async Task Bundle_ForeignCheckpoint_FailsAndSaysWhy()
    {
        var alan = await Broker.AsAuditor("alan");
        var ended = await alan.EndedAsync(await alan.PostAsync(
            ExportCalls.Address, new CreateExport("acme", Pinned: "not a checkpoint"), ContractsJson.Default.CreateExport, ContractsJson.Default.ExportView, HttpStatusCode.Accepted));

        Assert.Equal("failed", ended.State);
        Assert.Contains("pinned checkpoint", ended.Error, StringComparison.Ordinal);
        var problem = await alan.GetForProblemAsync($"{ExportCalls.Address}/{ended.Id}/file", HttpStatusCode.Conflict);
        Assert.Contains("pinned checkpoint", problem.Detail, StringComparison.Ordinal);
        await alan.RemoveAsync(ended.Id);
    }

    [Fact]
    public async Task Page_WithoutScript_ShowsTheExportAndItsFile()
    {
        using var alan = await Broker.InBrowser("alan");
        var page = await alan.SubmitAsync(await alan.GetAsync("/a/export"), "/a/export", ("tenant", "acme"), ("format", "csv"));
        for (var tries = 0; !page.Html.Contains("Ready:", StringComparison.Ordinal) && tries < 100; tries++)
        {
            Assert.Contains("http-equiv=\"refresh\" content=\"2\"", page.Html, StringComparison.Ordinal);
            await Task.Delay(50);
            page = await alan.GetAsync(page.Address.AbsolutePath);
        }
        Assert.DoesNotContain("http-equiv=\"refresh\"", page.Html, StringComparison.Ordinal);

        var file = await alan.GetAsync(page.Address.AbsolutePath + "/file");
        Assert.StartsWith("idx,leaf,", file.Html, StringComparison.Ordinal);
        Assert.Contains("attachment", file.Headers["Content-Disposition"], StringComparison.Ordinal);

        var after = await alan.SubmitAsync(page, "/remove");
        Assert.DoesNotContain(page.Address.AbsolutePath, after.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await alan.GetAsync(page.Address.AbsolutePath)).Status);
    }

    private static Task<HttpResponseMessage> PartAsync(HttpClient client, string address, long from, long? to, string? ifRange)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(from, to) } };
        if (ifRange is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return client.SendAsync(request);
    }

    /// <summary>Acme's entries by the direct address, which stays.</summary>
    private static async Task<List<JsonElement>> EntriesAsync(HttpClient auditor) =>
        [.. Lines(await auditor.GetByteArrayAsync("/api/v1/audit/events.ndjson?tenant=acme")).Select(l => l.GetProperty("body"))];

    private static List<JsonElement> Lines(byte[] file) =>
        [.. Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task<(GrantView Grant, RequestView Request)> OneGrantAsync()
    {
        var eve = await Broker.AsEngineer("eve");
        var priya = await Broker.AsApprover("priya");
        var request = await eve.AskAsync(ApiClient.Ask("attachments.read"));
        var grant = await priya.ApproveAsync(request);
        await priya.PostAsync<object, GrantEnded>($"/api/v1/grants/{grant.Id}/revoke", null, null, ContractsJson.Default.GrantEnded);
        return (grant, request);
    }
}
