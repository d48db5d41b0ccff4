using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Access;

/// <summary>The one credential of this application. Whoever presents it may see every organisation: only a gateway should hold it.</summary>
internal sealed class ServiceCredential
{
    private const int LeastLength = 20;
    private const string Scheme = "Bearer ";
    private readonly byte[] hash;

    private ServiceCredential(string secret) => hash = Hash(secret);

    /// <summary>Reads the credential, white space around it ignored; null with a sentence when it is too short to be one.</summary>
    public static ServiceCredential? TryRead(string file, out string problem)
    {
        var secret = File.ReadAllText(file).Trim();
        problem = secret.Length >= LeastLength
            ? ""
            : $"The credential in '{file}' is shorter than {LeastLength} characters. Write a random one, such as from: openssl rand -hex 32";
        return problem.Length == 0 ? new(secret) : null;
    }

    /// <summary>Whether an <c>Authorization</c> header (RFC 6750 section 2.1) carries the credential.</summary>
    /// <remarks>Hashes are compared, so that neither the content nor the length shows in the time it takes.</remarks>
    public bool Accepts(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
        && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), hash);

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
