using System.Net;
using System.Net.Http.Headers;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Server.Tests.Telemetry;

/// <summary>
/// What leaves the server as telemetry and what it writes to its console, while an engineer works through the gateway by token and by
/// browser, wrongly and rightly: the names are there, and nothing with which somebody else could do the same.
/// </summary>
public sealed class TelemetryTests : IDisposable
{
    private const string Credential = "credential-of-the-service-account-51f7", SecretQuery = "value-of-a-secret-parameter-93c1", Edited = "edited-by-somebody";
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-telemetry-").FullName;

    [Fact]
    public async Task WorkThroughTheGateway_Exported_HasNamesAndNoSecrets()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var upstream = await StartUpstreamAsync();
        await using var server = await RunningServer.StartAsync(_folder, Settings(collector, upstream.Urls.Single()));

        var secrets = await WorkAsync(server);
        await upstream.StopAsync(TestContext.Current.CancellationToken);
        await FailAsync(server, secrets["consent token"]);
        var console = await server.StopAsync();

        Assert.Contains("GET /api/v1/me", collector.SpanNames);
        Assert.Contains("GET", collector.SpanNames); // through the gateway, which has no routes, and on to the upstream
        Assert.Contains("audit.append.duration", collector.MetricNames);
        Assert.Contains("audit.commit.entries", collector.MetricNames);
        Assert.Contains("http.server.request.duration", collector.MetricNames);
        Assert.Contains(collector.LogLines, line => line.StartsWith("The audit log is open as node", StringComparison.Ordinal));
        Assert.Contains("acme--helpdesk.localhost", collector.Text, StringComparison.Ordinal);
        Assert.Contains("The audit log is open as node", console, StringComparison.Ordinal);
        Assert.All(console.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(System.Text.Json.JsonValueKind.Object, System.Text.Json.JsonDocument.Parse(line).RootElement.ValueKind));
        foreach (var (what, secret) in secrets)
        {
            Assert.True(secret.Length >= 16, $"The {what} is '{secret}': too short to look for.");
            Assert.False(collector.Text.Contains(secret, StringComparison.Ordinal), $"The {what} left the server as telemetry.");
            Assert.False(console.Contains(secret, StringComparison.Ordinal), $"The {what} stands in the log.");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <returns>What must appear nowhere, by name.</returns>
    private static async Task<Dictionary<string, string>> WorkAsync(RunningServer server)
    {
        var signIn = new PersonaSignIn(server.Address);
        var (engineerToken, approverToken) = (await signIn.TokenAsync("dana"), await signIn.TokenAsync("priya"));
        using var dana = Client(server.Address, engineerToken);
        using var priya = Client(server.Address, approverToken);
        await dana.GetAsync("/api/v1/me", ContractsJson.Default.Me);
        var session = await dana.StartAsync(await priya.ApproveAsync(await dana.AskAsync(ApiClient.Ask("tickets.read"))));
        using var portal = new Browser(server.Address);
        await PersonaSignIn.InBrowserAsync(portal, "dana");

        using var gateway = Client(new Uri(session.GatewayOrigin), session.Token);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync(Tickets)).StatusCode);
        using var intruder = Client(new Uri(session.GatewayOrigin), session.Token + Edited);
        Assert.Equal(HttpStatusCode.Unauthorized, (await intruder.GetAsync(Tickets)).StatusCode);

        var entry = await dana.PostAsync<object, BrowserEntry>($"/api/v1/sessions/{session.Session.Id}/browser", null, null, ContractsJson.Default.BrowserEntry);
        using var window = new Browser(new Uri(session.GatewayOrigin));
        await window.GetAsync(new Uri(entry.Url).PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync(Tickets)).Status);

        return new(StringComparer.Ordinal)
        {
            ["engineer's access token"] = engineerToken,
            ["approver's access token"] = approverToken,
            ["portal's cookie"] = portal.Cookies["__Host-accessbroker-portal"],
            ["consent token"] = session.Token,
            ["one-time code"] = entry.Url.Split("code=")[1],
            ["gateway's cookie"] = window.Cookies["__Host-accessbroker"],
            ["upstream's credential"] = Credential,
            ["secret query value"] = SecretQuery,
        };
    }

    /// <summary>The upstream is down: what is logged about a failure is held to the same.</summary>
    private static async Task FailAsync(RunningServer server, string token)
    {
        using var gateway = Client(new Uri($"http://acme--helpdesk.localhost:{server.Address.Port}"), token);
        Assert.Equal(HttpStatusCode.BadGateway, (await gateway.GetAsync(Tickets)).StatusCode);
    }

    private static string Tickets => $"/orgs/acme/tickets?key={SecretQuery}";

    private Dictionary<string, string?> Settings(OtlpReceiver collector, string upstream)
    {
        var targets = Path.Combine(_folder, "targets.yaml");
        File.WriteAllText(targets, $$"""
            targets:
              - name: helpdesk
                title: Northwind Helpdesk
                upstream: {{upstream}}
                tenant: { in: path, template: "/orgs/{tenant}/**" }
                credential: { header: Authorization, value: "Bearer {{Credential}}" }
                allow_bearer: true
                operations:
                  - name: tickets.read
                    sentence: See your tickets
                    methods: [GET]
                    paths: ["/orgs/{tenant}/tickets"]
                    query: [key]
                    secret_query: [key]
            """);
        return new()
        {
            ["Targets:File"] = targets,
            ["Telemetry:Endpoint"] = collector.Endpoint,
            ["Telemetry:Protocol"] = "http/protobuf",
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:AccessBroker"] = "Trace", // our own lines, all of them
        };
    }

    private static async Task<WebApplication> StartUpstreamAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            Assert.Equal($"Bearer {Credential}", context.Request.Headers.Authorization.ToString());
            Assert.Equal(SecretQuery, context.Request.Query["key"].ToString());
            return context.Response.WriteAsync("[]");
        });
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(Uri address, string token)
    {
        var client = new HttpClient(LoopbackHandler.Create()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
