using System.Net;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Startup;

public sealed class SecurityHeadersTests(DemoServer demo)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    [Fact]
    public async Task Headers_OnEveryRoute_AreTheSame()
    {
        var routes = Routes().Select(AddressOf).Append("/nothing-here").Append("/api/v1/nothing-here").Append("/connect/authorize").Distinct().ToList();
        Assert.True(routes.Count > 20, $"only {routes.Count} routes were found");
        using var http = demo.Broker.Anonymous();
        foreach (var route in routes)
        {
            using var response = await http.GetAsync(route, HttpCompletionOption.ResponseHeadersRead);
            AssertSafe(route, response);
        }
    }

    [Fact]
    public async Task Headers_OnAnErrorPage_AreTheSameAndNameNoSoftware()
    {
        using var http = demo.Broker.Anonymous();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var response = await http.GetAsync("/nothing-here");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        AssertSafe("/nothing-here", response);
    }

    [Fact]
    public async Task ApiError_Always_IsAProblemWithATypeAndANextStep()
    {
        using var http = demo.Broker.Anonymous();

        using var response = await http.GetAsync("/api/v1/me");
        var problem = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("urn:accessbroker:problem:", problem, StringComparison.Ordinal);
        Assert.Contains("\"next\":", problem, StringComparison.Ordinal);
    }

    private IEnumerable<RouteEndpoint> Routes() => demo.Broker.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Each parameter as some value: what matters is that the route answers, if only with an error.</summary>
    private static string AddressOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "1"))));

    private static void AssertSafe(string route, HttpResponseMessage response)
    {
        Assert.True((int)response.StatusCode < 500, $"{route} answered {response.StatusCode}");
        AssertHeader("Content-Security-Policy", Policy);
        AssertHeader("X-Content-Type-Options", "nosniff");
        AssertHeader("Cross-Origin-Opener-Policy", "same-origin");
        AssertHeader("Cross-Origin-Resource-Policy", "same-origin");
        AssertHeader("Referrer-Policy", "no-referrer");
        Assert.True(response.Headers.Contains("Permissions-Policy"), route);
        Assert.False(response.Headers.Contains("Server"), route);
        Assert.False(response.Headers.Contains("X-Powered-By"), route);

        void AssertHeader(string name, string value) =>
            Assert.Equal($"{route}: {value}", $"{route}: {(response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "")}");
    }
}
