using System.Security.Cryptography;

namespace AccessBroker.Storage;

/// <summary>Seals small secrets under the key-encryption key. A purpose is bound in, so that a sealed key cannot be used as another.</summary>
public interface ISecretBox
{
    /// <returns>nonce[12] ‖ ciphertext ‖ tag[16], AES-256-GCM with the purpose as associated data.</returns>
    byte[] Seal(string purpose, ReadOnlySpan<byte> secret);

    /// <exception cref="CryptographicException">Another key, another purpose, or altered bytes.</exception>
    byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret);
}
