using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AccessBroker.Issuer;

/// <summary>The two clients of the embedded issuer, brought up to date at each start. Nobody can register others.</summary>
internal sealed class RegisteredClients(IOpenIddictApplicationManager applications, IssuerKeys keys, IssuerAddress address)
{
    public const string Portal = "accessbroker-portal";
    public const string Cli = "accessbroker-cli";

    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(PortalClient(), cancellationToken);
        await RegisterAsync(CliClient(), cancellationToken);
    }

    private OpenIddictApplicationDescriptor PortalClient() => new()
    {
        ClientId = Portal,
        ClientType = ClientTypes.Confidential,
        ClientSecret = keys.PortalSecret(),
        ConsentType = ConsentTypes.Implicit,
        DisplayName = "AccessBroker portal",
        RedirectUris = { address.Of("/signin-oidc") },
        PostLogoutRedirectUris = { address.Of("/signed-out") },
        Permissions =
        {
            Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Email,
        },
        Requirements = { Requirements.Features.ProofKeyForCodeExchange },
    };

    /// <summary>
    /// A native program: being of that type, its loopback address is accepted with any port, all else compared exactly
    /// (RFC 8252, section 7.3). The address literal, not the name, as section 8.3 asks.
    /// </summary>
    private static OpenIddictApplicationDescriptor CliClient() => new()
    {
        ClientId = Cli,
        ClientType = ClientTypes.Public,
        ApplicationType = ApplicationTypes.Native,
        ConsentType = ConsentTypes.Implicit,
        DisplayName = "accessbroker (command line)",
        RedirectUris = { new Uri("http://127.0.0.1/callback"), new Uri("http://[::1]/callback") },
        Permissions =
        {
            Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Prefixes.Scope + EmbeddedIssuer.ApiScope,
        },
        Requirements = { Requirements.Features.ProofKeyForCodeExchange },
    };

    private async Task RegisterAsync(OpenIddictApplicationDescriptor client, CancellationToken cancellationToken)
    {
        try
        {
            if (await applications.FindByClientIdAsync(client.ClientId!, cancellationToken) is { } existing)
                await applications.UpdateAsync(existing, client, cancellationToken);
            else
                await applications.CreateAsync(client, cancellationToken);
        }
        catch (Exception e) when (e is OpenIddictExceptions.ConcurrencyException or OpenIddictExceptions.ValidationException or DbUpdateException)
        {
            // Another node that starts now registered the same client; only a client that is not there is a failure.
            if (await applications.FindByClientIdAsync(client.ClientId!, cancellationToken) is null) throw;
        }
    }
}
