using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>
/// The key-encryption keys of this node: usually one, two while a rotation moves from one to the other. All of them open; which one
/// seals stands in the database, so that all nodes change over at the same moment.
/// </summary>
/// <remarks>
/// A name in the database only chooses among keys that the node has: whoever writes another there can stop sealing, and learn or
/// open nothing. A key that was read stays on the ring until the process ends, so that removing an old one cannot take from a
/// running node what it still needs.
/// </remarks>
internal sealed class KeyRing : ISecretBox, IDisposable
{
    private const string ChoicePrefix = "key-encryption/";
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<IKeyEncryptionKey> _keys = [];

    public KeyRing(IOptions<KeyOptions> options, IDbContextFactory<BrokerDbContext> contexts)
    {
        _contexts = contexts;
        Folder = options.Value.Folder;
        Directory.CreateDirectory(Folder);
        if (options.Value.Pkcs11.IsConfigured)
            Token = new Pkcs11Token(options.Value.Pkcs11);
        else if (!File.Exists(FilePath))
            KeyFile.Create(FilePath);
        Reload();
        if (_keys.Count == 0)
        {
            Token!.Create();
            Reload();
        }
    }

    /// <summary>The PKCS#11 token, where one is configured.</summary>
    public Pkcs11Token? Token { get; }

    public string Folder { get; }

    public string FilePath => Path.Combine(Folder, KeyFile.FileName);

    public string NextFilePath => Path.Combine(Folder, KeyFile.NextFileName);

    public IReadOnlyList<IKeyEncryptionKey> Keys => _keys;

    /// <summary>The name of a setting that chooses a key: the highest number counts.</summary>
    public static string ChoiceSetting(int number) => ChoicePrefix + number.ToString(CultureInfo.InvariantCulture);

    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => Current().Seal(Associated(purpose), secret);

    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        var associated = Associated(purpose);
        var tried = _keys;
        if (TryOpen(tried, associated, sealedSecret) is { } plain)
            return plain;
        Reload(); // a rotation may have brought a key since
        return TryOpen(_keys.Except(tried), associated, sealedSecret) ?? throw new CryptographicException("It was sealed under a key-encryption key that this node does not have, or was altered.");
    }

    public static byte[] Associated(string purpose) => Encoding.UTF8.GetBytes(purpose);

    /// <summary>Which key seals now. Asked each time: sealing is rare, and a node that goes on sealing under an old key would undo a rotation.</summary>
    /// <exception cref="KeyStoreException">This node does not have it.</exception>
    public IKeyEncryptionKey Current()
    {
        using var context = _contexts.CreateDbContext();
        if (ReadChoice(context) is not { } choice)
            return _keys[0]; // never rotated: the file's, where there is one
        if (Find(choice.Name) is { } key)
            return key;
        Reload();
        return Find(choice.Name) ?? throw new KeyStoreException(
            $"The secrets in the database are sealed under the key-encryption key {choice.Name}, and this node has {string.Join(", ", _keys.Select(k => k.Name))}. " +
            $"Copy the key file of the machine where it was rotated to {FilePath}, or configure the token that holds it (Keys:Pkcs11).");
    }

    public IKeyEncryptionKey? Find(string name) => _keys.FirstOrDefault(k => k.Name == name);

    /// <returns>Null where nothing was rotated yet.</returns>
    public static KeyChoice? ReadChoice(BrokerDbContext context) => context.Settings.AsNoTracking().Where(s => s.Name.StartsWith(ChoicePrefix)).AsEnumerable()
        .Select(s => int.TryParse(s.Name.AsSpan(ChoicePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new KeyChoice(number, s.Value) : null)
        .OfType<KeyChoice>().MaxBy(c => c.Number);

    /// <summary>Adds keys that came since; takes none away.</summary>
    public void Reload()
    {
        lock (_lock)
        {
            var known = _keys.ToList();
            foreach (var key in Stored().Where(k => known.All(other => other.Name != k.Name)))
                known.Add(key);
            _keys = known;
        }
    }

    public void Dispose() => Token?.Dispose();

    private static byte[]? TryOpen(IEnumerable<IKeyEncryptionKey> keys, byte[] associated, ReadOnlySpan<byte> sealedSecret)
    {
        foreach (var key in keys)
        {
            if (key.TryOpen(associated, sealedSecret) is { } plain)
                return plain;
        }
        return null;
    }

    private IEnumerable<IKeyEncryptionKey> Stored()
    {
        foreach (var path in new[] { FilePath, NextFilePath })
        {
            if (File.Exists(path))
                yield return KeyFile.Read(path);
        }
        foreach (var key in Token?.Keys() ?? [])
            yield return key;
    }
}

/// <summary>Which key-encryption key seals, as the database says.</summary>
/// <param name="Number">Counts the rotations.</param>
/// <param name="Name">Of the key.</param>
internal sealed record KeyChoice(int Number, string Name);
