namespace AccessBroker.Issuer;

/// <summary>The authentication schemes that the other doors name in their policies.</summary>
public static class IssuerSchemes
{
    /// <summary>The default: <see cref="Api"/> where an <c>Authorization</c> header is sent, else <see cref="Portal"/>.</summary>
    public const string Any = "accessbroker";

    /// <summary>The portal's own cookie.</summary>
    public const string Portal = "portal";

    /// <summary>Challenge that sends a person to the OIDC provider. A second provider is <c>oidc-1</c>, a third <c>oidc-2</c>.</summary>
    public const string Oidc = "oidc";

    /// <summary>Bearer access tokens of the issuer, for the CLI and for programs.</summary>
    public const string Api = "api";
}
