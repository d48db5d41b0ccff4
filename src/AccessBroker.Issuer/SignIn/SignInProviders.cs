using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Issuer;

/// <summary>One way to sign in and the authentication scheme that does it.</summary>
/// <param name="Embedded">The broker's own issuer, reached over HTTP like any other.</param>
internal sealed record SignInProvider(string Scheme, string CallbackPath, ProviderOptions Options, bool Embedded);

/// <summary>Everyone who can vouch for a person here, in the configuration's order.</summary>
internal sealed class SignInProviders
{
    private SignInProviders(IReadOnlyList<SignInProvider> all) => All = all;

    public IReadOnlyList<SignInProvider> All { get; }

    public SignInProvider? Find(string scheme) => All.FirstOrDefault(p => p.Scheme == scheme);

    public static SignInProviders From(IConfiguration configuration, IssuerAddress address)
    {
        if (DemoMode.IsEnabled(configuration)) return new([Embedded(address)]);
        var configured = ProviderOptions.From(configuration);
        return new([.. configured.Select((options, i) => new SignInProvider(Numbered(IssuerSchemes.Oidc, i), Numbered("/signin-oidc", i), options, Embedded: false))]);
    }

    private static SignInProvider Embedded(IssuerAddress address)
    {
        var options = new ProviderOptions
        {
            Name = "Demo",
            Authority = address.PublicUrl.AbsoluteUri,
            ClientId = RegisteredClients.Portal,
            CliClientId = RegisteredClients.Cli,
            ApiAudience = EmbeddedIssuer.ApiAudience,
            Scopes = { "openid", "profile" },
        };
        return new(IssuerSchemes.Oidc, "/signin-oidc", options, Embedded: true);
    }

    private static string Numbered(string name, int number) => number == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
}
