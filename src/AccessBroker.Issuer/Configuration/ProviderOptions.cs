using Microsoft.Extensions.Configuration;

namespace AccessBroker.Issuer;

/// <summary>
/// One entry of configuration section <c>Identity:Providers</c>: an OIDC provider (Entra ID, Okta, Keycloak, Google, Duende
/// IdentityServer, …), by configuration alone. Who may do what (<c>Identity:Assignments</c>) belongs to Grants.
/// </summary>
public sealed class ProviderOptions
{
    /// <summary>Shown on the sign-in page when there are several.</summary>
    public string Name { get; set; } = "";

    /// <summary>The issuer's address; its discovery document stands at <c>{Authority}/.well-known/openid-configuration</c>.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The portal's client. Register the redirect address <c>{Server:PublicUrl}/signin-oidc</c> for it (a second provider: <c>/signin-oidc-1</c>).</summary>
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>Scopes to ask for. Default <c>openid profile email</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>The broker's claim (<c>name</c>, <c>organisation</c>, <c>email</c>) → the provider's, from id_token or userinfo.</summary>
    public IDictionary<string, string> ClaimMap { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Audience that access tokens for <c>/api/v1</c> must name. Empty: this provider's tokens are refused there.</summary>
    public string ApiAudience { get; set; } = "";

    /// <summary>Public client that the CLI uses at this provider with PKCE and a loopback port.</summary>
    public string CliClientId { get; set; } = "";

    /// <summary>All of them, in order. Empty only in demo mode, where the embedded issuer stands in.</summary>
    internal static IReadOnlyList<ProviderOptions> From(IConfiguration configuration) =>
        configuration.GetSection("Identity:Providers").Get<List<ProviderOptions>>() ?? [];
}
