using System.Net;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.SignIn;

public sealed class DemoGuardTests(DemoServer demo)
{
    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Demo_BehindAProxy_AnswersNothing(string header, string value)
    {
        using var http = demo.Broker.Anonymous();
        http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        using var response = await http.GetAsync("/signin");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("proxy", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker.example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("notlocalhost")]
    public async Task Demo_ByAForeignHostName_AnswersNothing(string host)
    {
        using var http = demo.Broker.Anonymous();
        http.DefaultRequestHeaders.Host = host;

        using var response = await http.GetAsync("/.well-known/openid-configuration");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("authorization_endpoint", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
