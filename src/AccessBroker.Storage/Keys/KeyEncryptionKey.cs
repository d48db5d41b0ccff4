using System.Security.Cryptography;
using AccessBroker.Audit;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>Seals small secrets under the key-encryption key. A purpose is bound in, so that a sealed key cannot be used as another.</summary>
public interface ISecretBox
{
    /// <returns>nonce[12] ‖ ciphertext ‖ tag[16], AES-256-GCM with the purpose as associated data.</returns>
    byte[] Seal(string purpose, ReadOnlySpan<byte> secret);

    /// <exception cref="CryptographicException">Another key, another purpose, or altered bytes.</exception>
    byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret);
}

/// <summary>The key-encryption key from a file that only its owner can read; made at the first start.</summary>
internal sealed class KeyEncryptionKey : ISecretBox
{
    private const string FileName = "key-encryption-key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly byte[] _key;

    public KeyEncryptionKey(IOptions<KeyOptions> options) => _key = LoadOrCreate(options.Value.Folder);

    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => Aead.Seal(_key, System.Text.Encoding.UTF8.GetBytes(purpose), secret);

    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret) => Aead.Open(_key, System.Text.Encoding.UTF8.GetBytes(purpose), sealedSecret);

    private static byte[] LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            Create(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new InvalidOperationException($"The key file {path} can be read by others. Run: chmod 600 {path}");
        var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
        return key.Length == 32 ? key : throw new InvalidOperationException($"The key file {path} does not hold 32 bytes in base64. Restore it from its backup.");
    }

    /// <summary>Written aside and linked into place, so that a crash or two first starts at once leave one whole key.</summary>
    private static void Create(string path)
    {
        var aside = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(aside, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n"));
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
