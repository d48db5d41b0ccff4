using System.Net;
using System.Net.Http.Json;
using AccessBroker.Contracts;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Api;

[Collection("one pending request per engineer and target")]
public sealed class RequestsApiTests(DemoServer demo)
{
    private AccessBrokerFactory Broker => demo.Broker;

    [Fact]
    public async Task Ask_GoodRequest_IsCreatedAndSeenByTheCustomersApproverOnly()
    {
        var eve = await Broker.AsEngineer("eve");
        var request = await eve.AskAsync(ApiClient.Ask("orders.read"));

        Assert.Equal("pending", request.State);
        Assert.Equal(["orders.read"], request.Operations.Select(o => o.Name));
        Assert.Contains("/orgs/acme/orders", request.Operations[0].Paths);
        Assert.True(request.SharedCredential);
        Assert.Equal(request.Id, (await (await Broker.AsApprover("priya")).GetAsync($"/api/v1/requests/{request.Id}", ContractsJson.Default.RequestView)).Id);
        await (await Broker.AsApprover("olga")).GetForProblemAsync($"/api/v1/requests/{request.Id}", HttpStatusCode.NotFound);
        var olgas = await (await Broker.AsApprover("olga")).GetAsync("/api/v1/requests", ContractsJson.Default.PageRequestView);
        Assert.DoesNotContain(olgas.Items, r => r.Id == request.Id);
        await CancelAsync(eve, request);
    }

    [Fact]
    public async Task Approve_OwnRequest_Is403()
    {
        var dana = await Broker.AsEngineer("dana");
        var request = await dana.AskAsync();
        await dana.PostForProblemAsync($"/api/v1/requests/{request.Id}/approve", $$"""{"version":{{request.Version}}}""", HttpStatusCode.Forbidden);
        await CancelAsync(dana, request);
    }

    [Fact]
    public async Task Approve_OtherCustomersApprover_Is404()
    {
        var dana = await Broker.AsEngineer("dana");
        var request = await dana.AskAsync();
        var olga = await Broker.AsApprover("olga");
        await olga.PostForProblemAsync($"/api/v1/requests/{request.Id}/approve", $$"""{"version":{{request.Version}}}""", HttpStatusCode.NotFound);
        await olga.PostForProblemAsync($"/api/v1/requests/{request.Id}/deny", $$"""{"version":{{request.Version}}}""", HttpStatusCode.NotFound);
        await CancelAsync(dana, request);
    }

    [Fact]
    public async Task Approve_Widened_Is422AndNamesTheField()
    {
        var dana = await Broker.AsEngineer("dana");
        var priya = await Broker.AsApprover("priya");
        var request = await dana.AskAsync();
        var longer = await priya.PostForProblemAsync($"/api/v1/requests/{request.Id}/approve", $$"""{"version":{{request.Version}},"minutes":31}""", HttpStatusCode.UnprocessableEntity);
        Assert.EndsWith("scope-widened", longer.Type, StringComparison.Ordinal);
        var more = await priya.PostForProblemAsync($"/api/v1/requests/{request.Id}/approve", $$"""{"version":{{request.Version}},"operations":["tickets.read","orders.read"]}""", HttpStatusCode.UnprocessableEntity);
        Assert.EndsWith("scope-widened", more.Type, StringComparison.Ordinal);
        Assert.Equal("pending", (await priya.GetAsync($"/api/v1/requests/{request.Id}", ContractsJson.Default.RequestView)).State);
        await CancelAsync(dana, request);
    }

    [Fact]
    public async Task Approve_WithLess_GrantsLess_AndTwiceAnswersWhatHappened()
    {
        var dana = await Broker.AsEngineer("dana");
        var priya = await Broker.AsApprover("priya");
        var request = await dana.AskAsync();
        var grant = await priya.ApproveAsync(request, 15, ["tickets.read"]);

        Assert.Equal("active", grant.State);
        Assert.Equal(["tickets.read"], grant.Operations.Select(o => o.Name));
        Assert.Equal(15, (grant.NotAfter - grant.NotBefore).TotalMinutes, 0.1);
        Assert.Equal(30, grant.AskedMinutes);
        Assert.NotEqual(request.ScopeHash, grant.ScopeHash);

        var paul = await Broker.AsApprover("paul");
        using var again = await paul.PostAsJsonAsync($"/api/v1/requests/{request.Id}/approve", new ApproveRequest(request.Version), ContractsJson.Default.ApproveRequest);
        var problem = await ApiClient.ProblemAsync(again, HttpStatusCode.Conflict);
        Assert.Contains("approved", problem.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Priya", problem.Detail, StringComparison.Ordinal);
        await priya.PostAsync<object, GrantEnded>($"/api/v1/grants/{grant.Id}/revoke", null, null, ContractsJson.Default.GrantEnded);
    }

    [Fact]
    public async Task Ask_SameIdempotencyKeyTwice_AnswersTheFirst()
    {
        var eve = await Broker.AsEngineer("eve");
        eve.DefaultRequestHeaders.Add("Idempotency-Key", "0198f3a0-retry");
        var first = await eve.AskAsync(ApiClient.Ask("people.read"));
        var second = await eve.AskAsync(ApiClient.Ask("people.read"));
        Assert.Equal(first.Id, second.Id);
        await CancelAsync(eve, first);
    }

    [Fact]
    public async Task Preview_GoodRequest_StoresNothing()
    {
        var dana = await Broker.AsEngineer("dana");
        var preview = await dana.PostAsync("/api/v1/requests/preview", ApiClient.Ask("attachments.read"), ContractsJson.Default.CreateRequest, ContractsJson.Default.RequestView);
        Assert.Equal(["attachments.read"], preview.Operations.Select(o => o.Name));
        var all = await dana.GetAsync("/api/v1/requests", ContractsJson.Default.PageRequestView);
        Assert.DoesNotContain(all.Items, r => r.Operations.Any(o => o.Name == "attachments.read"));
    }

    [Theory]
    [InlineData("""{"tenant":"acme"}""", "minutes")]
    [InlineData("""{"tenant":"acme","target":"helpdesk","operations":["tickets.read"],"minutes":"30","reasonCode":"customer-support","reason":"Orders show twice."}""", "minutes")]
    [InlineData("""{"tenant":"acme","target":"helpdesk","operatons":[],"operations":["tickets.read"],"minutes":30,"reasonCode":"customer-support","reason":"Orders show twice."}""", "operatons")]
    [InlineData("""{"tenant":7,"target":"helpdesk","operations":["tickets.read"],"minutes":30,"reasonCode":"customer-support","reason":"Orders show twice."}""", "tenant")]
    [InlineData("""{"tenant":null,"target":"helpdesk","operations":["tickets.read"],"minutes":30,"reasonCode":"customer-support","reason":"Orders show twice."}""", "tenant")]
    [InlineData("""{"tenant":"acme","target":"helpdesk","operations":"tickets.read","minutes":30,"reasonCode":"customer-support","reason":"Orders show twice."}""", "operations")]
    [InlineData("""[]""", "$")]
    [InlineData("""null""", "$")]
    public async Task Ask_WrongShape_Is400AndNamesTheField(string json, string field)
    {
        var problem = await (await Broker.AsEngineer("dana")).PostForProblemAsync("/api/v1/requests", json, HttpStatusCode.BadRequest);
        Assert.Contains(field, problem.Errors!.Keys);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "application/json")]
    [InlineData("", HttpStatusCode.BadRequest, "application/json")]
    [InlineData("""{"tenant":"acme","tenant":"globex"}""", HttpStatusCode.BadRequest, "application/json")]
    [InlineData("tenant=acme", HttpStatusCode.UnsupportedMediaType, "application/x-www-form-urlencoded")]
    [InlineData("{}", HttpStatusCode.UnsupportedMediaType, "text/plain")]
    public async Task Ask_NotJson_IsRefusedInWords(string body, HttpStatusCode expected, string contentType) =>
        await (await Broker.AsEngineer("dana")).PostForProblemAsync("/api/v1/requests", body, expected, contentType);

    [Theory]
    [InlineData("tenant", "nowhere")]
    [InlineData("target", "nothing")]
    [InlineData("reason", "short")]
    [InlineData("ticket", "48213; drop")]
    [InlineData("reasonCode", "because")]
    public async Task Ask_UnusableValue_Is422AndNamesTheField(string field, string value)
    {
        var ask = ApiClient.Ask();
        ask = field switch
        {
            "tenant" => ask with { Tenant = value }, "target" => ask with { Target = value }, "reason" => ask with { Reason = value },
            "ticket" => ask with { Ticket = value }, _ => ask with { ReasonCode = value },
        };
        using var response = await (await Broker.AsEngineer("dana")).PostAsJsonAsync("/api/v1/requests", ask, ContractsJson.Default.CreateRequest);
        Assert.Contains(field, (await ApiClient.ProblemAsync(response, HttpStatusCode.UnprocessableEntity)).Errors!.Keys);
    }

    [Theory]
    [InlineData("/api/v1/requests?limit=0")]
    [InlineData("/api/v1/requests?limit=many")]
    [InlineData("/api/v1/requests?state=waiting")]
    [InlineData("/api/v1/requests?after=nonsense")]
    [InlineData("/api/v1/grants?limit=1000")]
    public async Task List_BadArgument_Is400(string address) =>
        await (await Broker.AsApprover("priya")).GetForProblemAsync(address, HttpStatusCode.BadRequest);

    private static Task CancelAsync(HttpClient client, RequestView request) =>
        client.PostAsync<object, RequestView>($"/api/v1/requests/{request.Id}/cancel", null, null, ContractsJson.Default.RequestView);
}
