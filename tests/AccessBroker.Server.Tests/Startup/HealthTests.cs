using System.Net;
using AccessBroker.Testing;
using Microsoft.Data.Sqlite;

namespace AccessBroker.Server.Tests.Startup;

public sealed class HealthTests
{
    [Fact]
    public async Task Ready_WhileTheDatabaseIsLockedByAnother_IsFalseAndLiveStaysTrue()
    {
        await using var broker = await AccessBrokerFactory.StartAsync();
        using var http = broker.Anonymous();
        await ReadyAsync(http, HttpStatusCode.OK);

        await using (var other = new SqliteConnection($"Data Source={broker.DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync();
            await using var locked = other.BeginTransaction(deferred: false);
            await ReadyAsync(http, HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/live")).StatusCode);
        }

        await ReadyAsync(http, HttpStatusCode.OK);
    }

    /// <summary>Waits until readiness says so; probes look at it every few seconds too.</summary>
    private static async Task ReadyAsync(HttpClient http, HttpStatusCode expected)
    {
        for (var i = 0; ; i++)
        {
            using var response = await http.GetAsync("/healthz/ready");
            if (response.StatusCode == expected)
            {
                var body = await response.Content.ReadAsStringAsync();
                Assert.Contains("\"name\":\"log\"", body, StringComparison.Ordinal);
                Assert.Contains("\"detail\":\"", body, StringComparison.Ordinal);
                return;
            }
            Assert.True(i < 100, $"/healthz/ready still answers {response.StatusCode} after 20 s");
            await Task.Delay(200);
        }
    }
}
