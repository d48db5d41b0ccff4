using System.Security.Cryptography;
using System.Text;
using AccessBroker.Audit;

namespace AccessBroker.Storage;

/// <summary>A key-encryption key from a file that only its owner can read.</summary>
internal sealed class KeyFile : IKeyEncryptionKey
{
    /// <summary>The file of the key in use, in <c>Keys:Folder</c>.</summary>
    public const string FileName = "key-encryption-key";

    /// <summary>The file of the key that a rotation moves to, until it is done.</summary>
    public const string NextFileName = FileName + ".next";

    private const int KeySize = 32;
    private readonly byte[] _key;

    private KeyFile(byte[] key)
    {
        _key = key;
        Name = Convert.ToHexStringLower(SHA256.HashData([.. "AccessBroker key-encryption key\n"u8, .. key]).AsSpan(0, 8));
    }

    public string Name { get; }

    public byte[] Seal(byte[] associated, ReadOnlySpan<byte> secret) => Aead.Seal(_key, associated, secret);

    public byte[]? TryOpen(byte[] associated, ReadOnlySpan<byte> sealedSecret)
    {
        try
        {
            return Aead.Open(_key, associated, sealedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <exception cref="KeyStoreException">Others can read it, or it holds no key.</exception>
    public static KeyFile Read(string path)
    {
        OwnerOnly.Require(path, "key file");
        var key = new byte[KeySize];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) && length == KeySize
            ? new KeyFile(key)
            : throw new KeyStoreException($"The key file {path} does not hold 32 bytes in base64. Restore it from its backup.");
    }

    /// <summary>Written aside and linked into place, so that a crash or two first starts at once leave one whole key.</summary>
    public static void Create(string path)
    {
        var aside = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly.Mode;
        using (var stream = new FileStream(aside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize)) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside); // the other start won
        }
    }
}
