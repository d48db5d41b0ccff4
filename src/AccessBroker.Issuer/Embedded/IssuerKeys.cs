using System.Security.Cryptography;
using AccessBroker.Storage;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace AccessBroker.Issuer;

/// <summary>The embedded issuer's keys: made at the first start, sealed in the database, so that every node signs and reads the same tokens.</summary>
internal sealed class IssuerKeys(IDeploymentKeys keys) : IConfigureOptions<OpenIddictServerOptions>
{
    /// <summary>The secret that the portal, as a client of the embedded issuer, shows at the token endpoint.</summary>
    public string PortalSecret() =>
        Base64UrlEncoder.Encode(keys.GetOrCreate("portal-client", () => ("1", [], RandomNumberGenerator.GetBytes(32))).Secret);

    /// <summary>Signing: ES256 (RFC 7518, section 3.4). Encryption, of codes and refresh tokens only: A256KW with A256CBC-HS512.</summary>
    public void Configure(OpenIddictServerOptions options)
    {
        keys.GetOrCreate("issuer-signing", CreateSigningKey);
        foreach (var key in keys.All("issuer-signing"))
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(key.Secret, out _);
            var security = new ECDsaSecurityKey(ecdsa) { KeyId = key.KeyId };
            options.SigningCredentials.Add(new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256));
        }
        keys.GetOrCreate("issuer-encryption", () => ("1", [], RandomNumberGenerator.GetBytes(32)));
        foreach (var key in keys.All("issuer-encryption"))
        {
            var security = new SymmetricSecurityKey(key.Secret) { KeyId = $"issuer-encryption-{key.KeyId}" };
            options.EncryptionCredentials.Add(new EncryptingCredentials(security, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        }
    }

    private static (string KeyId, byte[] Public, byte[] Secret) CreateSigningKey()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = ecdsa.ExportSubjectPublicKeyInfo();
        return (Base64UrlEncoder.Encode(SHA256.HashData(publicKey)), publicKey, ecdsa.ExportPkcs8PrivateKey());
    }
}
