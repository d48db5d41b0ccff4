using System.Text.RegularExpressions;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AccessBroker.Server.Tests.Startup;

/// <summary>Who may call what, on the running server: a door that opens for everybody is opened here too, with the reason, or this fails.</summary>
public sealed partial class EndpointPolicyTests(DemoServer demo)
{
    /// <summary>Method and address → why it asks nobody who they are.</summary>
    private static readonly Dictionary<string, string> ForEverybody = new(StringComparer.Ordinal)
    {
        ["GET /"] = "greets who is not signed in, and sends the others to their room",
        ["GET /signin"] = "is the way to sign in",
        ["POST /signout"] = "ends a cookie, with an antiforgery token",
        ["GET /signed-out"] = "is seen after it",
        ["GET /connect/authorize"] = "the embedded issuer checks the client itself",
        ["GET /connect/endsession"] = "the embedded issuer checks the client itself",
        ["GET /connect/userinfo"] = "the embedded issuer checks the token itself",
        ["POST /connect/userinfo"] = "the embedded issuer checks the token itself",
        ["GET /demo/personas"] = "stands for the credential page, in demos only",
        ["POST /demo/personas"] = "stands for the credential page, in demos only, with an antiforgery token",
        ["GET /.well-known/accessbroker"] = "says where programs sign in",
        ["GET /.well-known/accessbroker-jwks.json"] = "public keys",
        ["GET /log/checkpoint"] = "witnesses and customers watch the log by it; it names nobody",
        ["GET /log/tile/{**path}"] = "monitors read the log's tree by it; hashes alone",
        ["GET /log/successor/{keyId}"] = "public keys, and which follows which",
        ["GET /log/vkey"] = "public keys",
        ["GET /openapi/{documentName}.json"] = "describes the API and holds no data",
        ["GET /healthz/live"] = "probes have no credentials",
        ["GET /healthz/ready"] = "probes have no credentials",
        ["GET /issuer/plain.css"] = "style of the sign-in pages",
        ["GET /assets/{hash}/app.css"] = "style",
        ["GET /assets/{hash}/app.js"] = "script",
        ["GET /assets/{hash}/favicon.svg"] = "icon",
        ["GET /favicon.ico"] = "icon",
    };

    /// <summary>Addresses of the embedded issuer that are no endpoints of ours: OpenIddict answers them before routing does.</summary>
    private static readonly string[] OfTheIssuer =
    [
        ".well-known/jwks", ".well-known/oauth-authorization-server", ".well-known/openid-configuration",
        "connect/authorize", "connect/endsession", "connect/par", "connect/revoke", "connect/token", "connect/userinfo",
    ];

    [Fact]
    public void Endpoints_ForEverybody_AreThoseOfThisList() =>
        Assert.Equal(ForEverybody.Keys.Order(StringComparer.Ordinal), Endpoints().Where(IsForEverybody).SelectMany(Names).Order(StringComparer.Ordinal));

    [Fact]
    public void Endpoints_NotForEverybody_NameAPolicy()
    {
        var guarded = Endpoints().Where(e => !IsForEverybody(e)).ToList();
        Assert.True(guarded.Count > 40, $"Only {guarded.Count} guarded endpoints were found.");

        var undecided = guarded.Where(e => !e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy is { Length: > 0 }));

        Assert.Empty(undecided.SelectMany(Names));
    }

    [Fact]
    public void Addresses_OfTheEmbeddedIssuer_AreThoseOfThisList()
    {
        var options = demo.Broker.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;

        var found = typeof(OpenIddictServerOptions).GetProperties().Where(property => property.PropertyType == typeof(List<Uri>))
            .SelectMany(property => (List<Uri>)property.GetValue(options)!).Select(address => address.OriginalString);

        Assert.Equal(OfTheIssuer, found.Order(StringComparer.Ordinal));
    }

    private IEnumerable<RouteEndpoint> Endpoints() => demo.Broker.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private static bool IsForEverybody(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static IEnumerable<string> Names(RouteEndpoint endpoint)
    {
        var address = HashOfAnAsset().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), "/{hash}/");
        return endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods: { Count: > 0 } methods } ? methods.Select(method => $"{method} {address}") : [$"any {address}"];
    }

    [GeneratedRegex("(?<=^/assets)/[0-9a-f]{12}/")]
    private static partial Regex HashOfAnAsset();
}
