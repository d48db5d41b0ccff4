using System.Text.Json;
using System.Text.RegularExpressions;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Api;

/// <summary>The API's description against the routes that the server has: none is left out, none is described by half.</summary>
public sealed partial class OpenApiTests(DemoServer demo)
{
    [Fact]
    public async Task Document_OfTheRunningServer_DescribesEveryRouteWhole()
    {
        using var http = demo.Broker.Anonymous();
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var paths = document.RootElement.GetProperty("paths");
        var routes = Routes().ToList();
        Assert.True(routes.Count >= 20, $"Only {routes.Count} routes were found.");

        var faults = routes.SelectMany(route => FaultsOf(route.Endpoint, Operation(paths, route.Path, route.Method)).Select(fault => $"{route.Method} {route.Path}: {fault}"));

        Assert.Equal("", string.Join('\n', faults));
    }

    [Fact]
    public async Task Document_OfTheRunningServer_DescribesNoRouteThatIsNotThere()
    {
        using var http = demo.Broker.Anonymous();
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).Where(name => name.Contains("/api/", StringComparison.Ordinal));

        Assert.Equal(Routes().Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> FaultsOf(RouteEndpoint endpoint, JsonElement? described)
    {
        if (described is not { } operation)
        {
            yield return "is not described";
            yield break;
        }
        if (!operation.TryGetProperty("summary", out var summary) || summary.GetString() is not { Length: > 10 }) yield return "has no summary";
        if (!operation.TryGetProperty("security", out var security) || security.GetArrayLength() == 0) yield return "does not say that it needs a token";

        var takesBody = endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null;
        if (takesBody && !(operation.TryGetProperty("requestBody", out var body) && HasSchema(body))) yield return "has a body and no schema of it";

        var responses = operation.GetProperty("responses").EnumerateObject().ToDictionary(response => response.Name, response => response.Value);
        if (!responses.Any(response => response.Key[0] == '2' && HasSchema(response.Value))) yield return "has no answer with a schema";
        foreach (var status in ProblemsOf(endpoint, takesBody).Where(status => !responses.ContainsKey(status))) yield return $"does not describe {status}";
        foreach (var (status, problem) in responses.Where(response => response.Key[0] is '4' or '5'))
        {
            if (!HasSchema(problem, "application/problem+json")) yield return $"{status} is no problem document";
        }
    }

    /// <summary>What any route of this kind can answer: without a token, without the right, for what is not there, to a body that cannot be read.</summary>
    private static IEnumerable<string> ProblemsOf(RouteEndpoint endpoint, bool takesBody)
    {
        yield return "401";
        yield return "403";
        if (endpoint.RoutePattern.Parameters.Count > 0) yield return "404";
        if (!takesBody) yield break;
        yield return "400";
        yield return "413"; // every body has its limit
    }

    private static bool HasSchema(JsonElement described, string? mediaType = null) =>
        described.TryGetProperty("content", out var content)
        && content.EnumerateObject().Any(media => (mediaType is null || media.Name == mediaType)
            && media.Value.TryGetProperty("schema", out var schema) && schema.EnumerateObject().Any());

    private static JsonElement? Operation(JsonElement paths, string path, string method) =>
        paths.TryGetProperty(path, out var described) && described.TryGetProperty(method.ToLowerInvariant(), out var operation) ? operation : null;

    private IEnumerable<(RouteEndpoint Endpoint, string Method, string Path)> Routes() =>
        from endpoint in demo.Broker.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let path = Constraint().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "}")
        where path.StartsWith("/api/v1/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (endpoint, method, path);

    /// <summary><c>{id:guid}</c> stands in the document as <c>{id}</c>.</summary>
    [GeneratedRegex(":[a-z]+\\}")]
    private static partial Regex Constraint();
}
