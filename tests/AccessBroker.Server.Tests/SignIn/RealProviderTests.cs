using System.Net;
using System.Text.Json;
using AccessBroker.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AccessBroker.Server.Tests.SignIn;

/// <summary>
/// A server as in production: no demo, people sign in at an OIDC provider. The provider is a server of its own on another port,
/// reached over HTTP and by configuration alone; that it is a demo broker's issuer makes no difference to the one that is tested.
/// </summary>
public sealed class RealProviderTests(DemoServer demo) : IAsyncLifetime
{
    private const string Secret = "the portal's secret at the provider";
    private readonly string _client = $"portal-{Guid.CreateVersion7():N}";
    private AccessBrokerFactory _broker = null!;

    private AccessBrokerFactory Provider => demo.Broker;

    public async ValueTask InitializeAsync()
    {
        _broker = await AccessBrokerFactory.StartAsync(new Dictionary<string, string?>
        {
            ["Demo:Enabled"] = "false",
            ["Identity:Providers:0:Name"] = "Example",
            ["Identity:Providers:0:Authority"] = Provider.Address.AbsoluteUri,
            ["Identity:Providers:0:ClientId"] = _client,
            ["Identity:Providers:0:ClientSecret"] = Secret,
            ["Identity:Assignments:0:Provider"] = Provider.Address.AbsoluteUri,
            ["Identity:Assignments:0:Subject"] = "alan",
            ["Identity:Assignments:0:Name"] = "Alan Osei",
            ["Identity:Assignments:0:Role"] = "VendorAuditor",
        });
        await RegisterAtProviderAsync();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task PersonaAndIssuerAddresses_OutsideADemo_Are404()
    {
        var addresses = DemoOnlyRoutes().Concat(await AddressesOfTheIssuerAsync()).Distinct(StringComparer.Ordinal).ToList();
        foreach (var known in new[] { "/demo/personas", "/connect/authorize", "/connect/token", "/connect/par", "/connect/userinfo", "/.well-known/jwks" })
            Assert.Contains(known, addresses);
        using var inDemo = Provider.Anonymous();
        using var http = _broker.Anonymous();

        foreach (var address in addresses)
        {
            Assert.NotEqual(HttpStatusCode.NotFound, (await inDemo.GetAsync(address)).StatusCode); // or the next two lines say nothing
            Assert.Equal($"{address}: NotFound", $"{address}: {(await http.GetAsync(address)).StatusCode}");
            Assert.Equal($"{address}: NotFound", $"{address}: {(await http.PostAsync(address, new FormUrlEncodedContent([new("persona", "dana")]))).StatusCode}");
        }
    }

    [Fact]
    public async Task SignIn_OutsideADemo_LeadsToTheProviderAndBackAsThatPerson()
    {
        using var browser = new Browser(_broker.Address);
        using var atProvider = new Browser(Provider.Address);

        var away = (await browser.GetAsync("/signin?returnUrl=/a/events")).Location!;
        Assert.Equal(new Uri(Provider.Address, "/connect/authorize"), new Uri(away.GetLeftPart(UriPartial.Path)));
        Assert.Contains(_client, Uri.UnescapeDataString(away.Query), StringComparison.Ordinal);

        var back = (await atProvider.SubmitAsync(await atProvider.GetAsync(away.PathAndQuery), "/demo/personas", ("persona", "alan"))).Location!;
        Assert.Equal(new Uri(_broker.Address, "/signin-oidc"), new Uri(back.GetLeftPart(UriPartial.Path)));

        var events = await browser.GetAsync(back.PathAndQuery);
        Assert.Equal((HttpStatusCode.OK, "/a/events"), (events.Status, events.Address.AbsolutePath));
        Assert.Contains("Alan Osei", events.Html, StringComparison.Ordinal);
    }

    private async Task RegisterAtProviderAsync()
    {
        await using var scope = Provider.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = _client,
            ClientType = ClientTypes.Confidential,
            ClientSecret = Secret,
            ConsentType = ConsentTypes.Implicit,
            RedirectUris = { new Uri(_broker.Address, "/signin-oidc") },
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.Token,
                Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Email,
            },
        });
    }

    /// <summary>Routes that a demo has and a real server has not, found by themselves.</summary>
    private IEnumerable<string> DemoOnlyRoutes() => Routes(Provider).Except(Routes(_broker), StringComparer.Ordinal);

    /// <summary>What the embedded issuer answers without a route, as its discovery document names it.</summary>
    private async Task<IEnumerable<string>> AddressesOfTheIssuerAsync()
    {
        using var http = Provider.Anonymous();
        using var discovery = JsonDocument.Parse(await http.GetStringAsync("/.well-known/openid-configuration"));
        return [.. discovery.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).Select(p => new Uri(p.Value.GetString()!, UriKind.RelativeOrAbsolute))
            .Where(address => address.IsAbsoluteUri && address.Authority == Provider.Address.Authority && address.AbsolutePath != "/").Select(address => address.AbsolutePath)
            .Append("/.well-known/openid-configuration").Append("/.well-known/oauth-authorization-server")];
    }

    private static IEnumerable<string> Routes(AccessBrokerFactory server) =>
        server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'));
}
