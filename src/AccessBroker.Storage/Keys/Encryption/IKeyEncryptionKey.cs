namespace AccessBroker.Storage;

/// <summary>One key-encryption key: from a file, or in a PKCS#11 token. Safe for several threads.</summary>
internal interface IKeyEncryptionKey
{
    /// <summary>Names the key in the database and in the log without saying anything about it.</summary>
    string Name { get; }

    /// <returns>nonce[12] ‖ ciphertext ‖ tag[16].</returns>
    byte[] Seal(byte[] associated, ReadOnlySpan<byte> secret);

    /// <returns>Null where it was sealed under another key, or altered.</returns>
    byte[]? TryOpen(byte[] associated, ReadOnlySpan<byte> sealedSecret);
}

/// <summary>A key-encryption key cannot be used. The message says why and what to do.</summary>
public sealed class KeyStoreException(string message, Exception? inner = null) : Exception(message, inner);
