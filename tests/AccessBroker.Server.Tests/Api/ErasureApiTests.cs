using System.Globalization;
using System.IO.Compression;
using System.Net;
using AccessBroker.Contracts;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Api;

[Collection("one pending request per engineer and target")]
public sealed class ErasureApiTests(DemoServer demo)
{
    private AccessBrokerFactory Broker => demo.Broker;

    [Fact]
    public async Task Erase_ProposedByTheAdministratorConfirmedByTheCustomer_BundleHoldsNullAndVerifiesOnTheServer()
    {
        var (ada, priya, eve) = (await Broker.AsAdministrator("ada"), await Broker.AsApprover("priya"), await Broker.AsEngineer("eve"));
        var asked = await eve.AskAsync(ApiClient.Ask("attachments.read") with { Reason = "Unforgettable words of an engineer." });
        await eve.PostAsync<object, RequestView>($"/api/v1/requests/{asked.Id}/cancel", null, null, ContractsJson.Default.RequestView);

        var proposed = await ada.PostAsync(
            "/api/v1/erasures", new ProposeErasure("acme", "GDPR Art. 17", "The engineer asked us to.", Entries: [asked.EntryIndex]),
            ContractsJson.Default.ProposeErasure, ContractsJson.Default.ErasureView, HttpStatusCode.Created);
        var own = await ada.PostForProblemAsync($"/api/v1/erasures/{proposed.Id}/confirm", null, HttpStatusCode.Forbidden);
        Assert.EndsWith("own-erasure", own.Type, StringComparison.Ordinal);
        await priya.PostAsync<object, ErasureView>($"/api/v1/erasures/{proposed.Id}/confirm", null, null, ContractsJson.Default.ErasureView);
        Assert.Equal(1, (await DoneAsync(priya, proposed.Id)).Erased);

        var entry = await priya.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/audit/events/{asked.EntryIndex}"), ContractsJson.Default.AuditEntryView);
        Assert.Null(entry.Body);
        using var response = await priya.GetAsync("/api/v1/audit/bundle?tenant=acme");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode); // the server verifies a bundle before it hands it out
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        using var bodies = new StreamReader(zip.GetEntry("bodies.jsonl")!.Open());
        var lines = (await bodies.ReadToEndAsync()).Split('\n');
        Assert.Equal("null", lines[(int)entry.Event.Seq]);
        Assert.DoesNotContain(lines, l => l.Contains("Unforgettable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Propose_UnknownCustomerOrField_IsRefusedByName()
    {
        var ada = await Broker.AsAdministrator("ada");
        await ada.PostForProblemAsync("/api/v1/erasures", """{"tenant":"nobody","authority":"GDPR","reason":"long enough to be one","everything":true}""", HttpStatusCode.NotFound);
        var problem = await ada.PostForProblemAsync("/api/v1/erasures", """{"tenant":"acme","authority":"GDPR","reason":"long enough","all":true}""", HttpStatusCode.BadRequest);
        Assert.Contains("all", problem.Errors!.Keys);
        var neither = await ada.PostForProblemAsync("/api/v1/erasures", """{"tenant":"acme","authority":"GDPR 17","reason":"long enough"}""", HttpStatusCode.UnprocessableEntity);
        Assert.Contains("exactly one way", neither.Detail, StringComparison.Ordinal);
    }

    private static async Task<ErasureView> DoneAsync(HttpClient client, Guid id)
    {
        for (var tries = 0; ; tries++)
        {
            var order = await client.GetAsync($"/api/v1/erasures/{id}", ContractsJson.Default.ErasureView);
            if (order.State == "done" || tries == 100)
                return order;
            await Task.Delay(100);
        }
    }
}
