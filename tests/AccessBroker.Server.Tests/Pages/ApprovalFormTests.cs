using System.Net;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Pages;

/// <summary>The approval page where no script runs: nobody approves a text that they have not seen.</summary>
public sealed class ApprovalFormTests(DemoServer demo)
{
    [Fact]
    public async Task Approve_AsAsked_GrantsWhatStoodThere()
    {
        var (request, priya) = await AskedAsync();
        using var _ = priya;
        var page = await priya.GetAsync($"/c/requests/{request.Id}");
        Assert.Contains("for 30 minutes from now", page.Html, StringComparison.Ordinal);

        var answer = await priya.SubmitAsync(page, $"/c/requests/{request.Id}/approve", ("minutes", "30"), ("operations", "tickets.read"), ("operations", "tickets.stream"));

        Assert.StartsWith("/c/grants/", answer.Address.AbsolutePath, StringComparison.Ordinal);
        await EndAsync(answer);
    }

    [Fact]
    public async Task Approve_WithLess_ShowsTheNewTextOnceMoreBeforeItCounts()
    {
        var (request, priya) = await AskedAsync();
        using var _ = priya;
        var page = await priya.GetAsync($"/c/requests/{request.Id}");
        (string, string)[] less = [("minutes", "15"), ("operations", "tickets.read")];

        var again = await priya.SubmitAsync(page, $"/c/requests/{request.Id}/approve", less);

        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("This is not the text that was shown", again.Html, StringComparison.Ordinal);
        Assert.Contains("for 15 minutes from now", again.Html, StringComparison.Ordinal);
        var api = await demo.Broker.AsApprover("priya");
        Assert.Equal("pending", (await api.GetAsync($"/api/v1/requests/{request.Id}", ContractsJson.Default.RequestView)).State);

        var answer = await priya.SubmitAsync(again, $"/c/requests/{request.Id}/approve", less);
        Assert.StartsWith("/c/grants/", answer.Address.AbsolutePath, StringComparison.Ordinal);
        await EndAsync(answer);
    }

    [Fact]
    public async Task Consent_ForAnotherChoice_IsTheTextThatApprovingRecords()
    {
        var (request, priya) = await AskedAsync();
        priya.Dispose();
        var api = await demo.Broker.AsApprover("priya");

        var consent = await api.GetAsync($"/api/v1/requests/{request.Id}/consent?minutes=15&operations=tickets.read", ContractsJson.Default.ConsentView);

        Assert.Equal((15, "tickets.read"), (consent.Minutes, Assert.Single(consent.Operations)));
        var more = await api.GetForProblemAsync($"/api/v1/requests/{request.Id}/consent?minutes=31", HttpStatusCode.UnprocessableEntity);
        Assert.EndsWith("scope-widened", more.Type, StringComparison.Ordinal);
        await api.GetForProblemAsync($"/api/v1/requests/{request.Id}/consent?minutes=x", HttpStatusCode.BadRequest);
        await (await demo.Broker.AsApprover("olga")).GetForProblemAsync($"/api/v1/requests/{request.Id}/consent", HttpStatusCode.NotFound);
        await (await demo.Broker.AsEngineer("eve")).PostAsync<object, RequestView>($"/api/v1/requests/{request.Id}/cancel", null, null, ContractsJson.Default.RequestView);
    }

    private async Task<(RequestView Request, Browser Priya)> AskedAsync() =>
        (await (await demo.Broker.AsEngineer("eve")).AskAsync(), await demo.Broker.InBrowser("priya"));

    private async Task EndAsync(Page grant) => await (await demo.Broker.AsApprover("priya")).PostAsync<object, GrantEnded>(
        $"/api/v1/grants/{grant.Address.Segments[^1]}/revoke", null, null, ContractsJson.Default.GrantEnded);
}
