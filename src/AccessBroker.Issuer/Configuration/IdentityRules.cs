using System.Net;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Issuer;

/// <summary>What must be true of the <c>Identity</c> and <c>Demo</c> sections before anything starts: each broken rule in one sentence.</summary>
public static class IdentityRules
{
    private static readonly string[] KnownClaims = ["name", "organisation", "email"];

    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        var demo = DemoMode.IsEnabled(configuration);
        var providers = ProviderOptions.From(configuration);
        if (providers.Count == 0 && !demo)
            yield return "Nobody could sign in: Identity:Providers is empty. Name an OIDC provider (Identity:Providers:0:Authority, ClientId, ClientSecret), or set Demo:Enabled=true to try the broker on this machine only.";
        if (providers.Count > 0 && demo)
            yield return "Demo:Enabled is true and Identity:Providers is not empty. Demo personas need no credentials, so they never stand beside a real provider: remove one of the two.";
        for (var i = 0; i < providers.Count; i++)
        {
            foreach (var broken in BrokenIn(providers[i], $"Identity:Providers:{i}")) yield return broken;
        }
        foreach (var broken in DemoMode.Broken(configuration)) yield return broken;
    }

    private static IEnumerable<string> BrokenIn(ProviderOptions provider, string at)
    {
        if (!Uri.TryCreate(provider.Authority, UriKind.Absolute, out var authority))
            yield return $"{at}:Authority must be the issuer's address, such as https://login.example.com.";
        else if (authority.Scheme != Uri.UriSchemeHttps && !IsLoopbackHost(authority.Host))
            yield return $"{at}:Authority is {authority}: a provider off this machine must be reached over https.";
        if (provider.ClientId.Length == 0) yield return $"{at}:ClientId is empty: register the portal at the provider and name its client id.";
        if (provider.ClientSecret.Length == 0) yield return $"{at}:ClientSecret is empty: the portal is a confidential client and needs its secret.";
        if (provider.Name.Length == 0) yield return $"{at}:Name is empty: it is what people read on the sign-in page.";
        foreach (var claim in provider.ClaimMap.Keys.Where(k => !KnownClaims.Contains(k, StringComparer.Ordinal)))
            yield return $"{at}:ClaimMap:{claim} is unknown: the broker reads {string.Join(", ", KnownClaims)}.";
    }

    /// <summary>localhost, a name under it (RFC 6761, section 6.3), or a loopback address.</summary>
    internal static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
