using System.Net;
using AccessBroker.Contracts;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Api;

/// <summary>Every endpoint, found by itself: what is not yours answers as if it were not there.</summary>
[Collection("one pending request per engineer and target")]
public sealed class ForeignIdsTests(DemoServer demo)
{
    private AccessBrokerFactory Broker => demo.Broker;

    [Fact]
    public async Task EveryEndpointWithAnId_OtherCustomersApproverAndOtherEngineer_Is404()
    {
        var ids = await OneOfEachAsync();
        var endpoints = ApiEndpoints().Where(e => e.Pattern.Contains("{id", StringComparison.Ordinal)).ToList();
        Assert.True(endpoints.Count >= 14, $"Only {endpoints.Count} endpoints with an id were found.");
        var leaks = new List<string>();
        foreach (var persona in new[] { "olga", "eve" })
        {
            var stranger = await Broker.As(persona);
            foreach (var (method, pattern) in endpoints)
            {
                var noun = pattern.Split('/')[3];
                var address = pattern.Replace("{id:guid}", ids[noun].ToString(), StringComparison.Ordinal);
                var unknown = pattern.Replace("{id:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal);
                var (foreign, nowhere) = (await SendAsync(stranger, method, address), await SendAsync(stranger, method, unknown));
                if (foreign != HttpStatusCode.NotFound || nowhere != HttpStatusCode.NotFound)
                    leaks.Add($"{persona} {method} {pattern}: foreign {(int)foreign}, unknown {(int)nowhere}");
            }
        }
        Assert.Empty(leaks);
    }

    [Fact]
    public async Task EveryApiEndpoint_WithoutToken_Is401AndSaysHowToSignIn()
    {
        using var nobody = Broker.Anonymous();
        foreach (var (method, pattern) in ApiEndpoints())
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), pattern.Replace("{id:guid}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal).Replace("{index:long}", "0", StringComparison.Ordinal));
            using var response = await nobody.SendAsync(request);
            var problem = await ApiClient.ProblemAsync(response, HttpStatusCode.Unauthorized);
            Assert.Equal("urn:accessbroker:problem:sign-in-required", problem.Type);
        }
    }

    private IEnumerable<RouteEndpoint> Endpoints() => Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Method, string Pattern)> ApiEndpoints() =>
        from endpoint in Endpoints()
        let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where pattern.StartsWith("/api/v1/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, pattern);

    private async Task<Dictionary<string, Guid>> OneOfEachAsync()
    {
        var dana = await Broker.AsEngineer("dana");
        var priya = await Broker.AsApprover("priya");
        var request = await dana.AskAsync(ApiClient.Ask("people.read"));
        var grant = await priya.ApproveAsync(request);
        var session = await dana.StartAsync(grant);
        var erasure = await priya.PostAsync(
            "/api/v1/erasures", new ProposeErasure("acme", "A test's", "Only proposed, never confirmed.", Entries: [0]), ContractsJson.Default.ProposeErasure, ContractsJson.Default.ErasureView,
            HttpStatusCode.Created);
        var export = await priya.PostAsync("/api/v1/audit/exports", new CreateExport("acme"), ContractsJson.Default.CreateExport, ContractsJson.Default.ExportView, HttpStatusCode.Accepted);
        return new(StringComparer.Ordinal) { ["requests"] = request.Id, ["grants"] = grant.Id, ["sessions"] = session.Session.Id, ["erasures"] = erasure.Id, ["audit"] = export.Id };
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (address.EndsWith("/approve", StringComparison.Ordinal) || address.EndsWith("/deny", StringComparison.Ordinal))
            request.Content = new StringContent("""{"version":1}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
