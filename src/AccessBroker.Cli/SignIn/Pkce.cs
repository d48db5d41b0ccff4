using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Cli;

/// <summary>Proof Key for Code Exchange (RFC 7636), method S256.</summary>
internal static class Pkce
{
    /// <summary>32 random octets, base64url: section 4.1's recommendation; also good as <c>state</c>.</summary>
    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
