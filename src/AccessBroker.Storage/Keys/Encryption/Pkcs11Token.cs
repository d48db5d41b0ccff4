using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AccessBroker.Audit;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace AccessBroker.Storage;

/// <summary>
/// A PKCS#11 token (OASIS PKCS #11 2.40) and the session with it. Keys are made in it, cannot be taken out of it, and encrypt in it
/// (CKM_AES_GCM). A session that is lost, because the token was away for a moment or another program closed it, is opened again.
/// </summary>
internal sealed class Pkcs11Token : IDisposable
{
    private const int TagBits = 128;

    /// <summary>A process may initialise a module once (section 5.4, C_Initialize), whoever in it uses it.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<IPkcs11Library>> Modules = new(StringComparer.Ordinal);

    private static readonly Pkcs11InteropFactories Factories = new();
    private readonly Pkcs11Options _options;
    private readonly Lock _lock = new();
    private ISession? _session;

    /// <summary>The library asks for <c>libdl</c>, a name that Linux has only where programs are compiled; everywhere it is <c>libdl.so.2</c>.</summary>
    static Pkcs11Token() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, _, _) =>
        name == "libdl" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libdl.so.2", out var handle) ? handle : IntPtr.Zero);

    /// <exception cref="KeyStoreException">The token cannot be used; the message says why.</exception>
    public Pkcs11Token(Pkcs11Options options)
    {
        _options = options;
        Use(_ => true); // what is wrong with it is said at start
    }

    /// <summary>The keys of the configured label, and those of rotations since, in the order in which they were made.</summary>
    /// <exception cref="KeyStoreException">Two have the same label: nobody could say which is meant.</exception>
    public IReadOnlyList<Pkcs11Key> Keys()
    {
        var keys = Use(session => session.FindAllObjects([Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, CKK.CKK_AES), Attribute(CKA.CKA_TOKEN, true)])
            .Select(handle => session.GetAttributeValue(handle, [CKA.CKA_LABEL, CKA.CKA_ID]))
            .Select(values => new Pkcs11Key(this, values[0].GetValueAsString(), Convert.ToHexStringLower(values[1].GetValueAsByteArray() ?? []))).ToList());
        var ours = keys.Select(k => (Key: k, Number: NumberOf(k.Label))).Where(k => k.Number > 0).OrderBy(k => k.Number).ToList();
        return ours.GroupBy(k => k.Number).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new KeyStoreException($"The token {_options.TokenLabel} holds {twice.Count()} keys with the label {twice.First().Key.Label}. Remove the one that seals nothing, or name another key with Keys:Pkcs11:KeyLabel.")
            : [.. ours.Select(k => k.Key)];
    }

    /// <summary>Makes the next key: AES-256, sensitive, not extractable.</summary>
    public Pkcs11Key Create()
    {
        var number = Keys().Select(k => NumberOf(k.Label)).DefaultIfEmpty(0).Max() + 1;
        var label = number == 1 ? _options.KeyLabel : string.Create(CultureInfo.InvariantCulture, $"{_options.KeyLabel}.{number}");
        var id = RandomNumberGenerator.GetBytes(8);
        Use(session => session.GenerateKey(Factories.MechanismFactory.Create(CKM.CKM_AES_KEY_GEN),
        [
            Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, CKK.CKK_AES), Factories.ObjectAttributeFactory.Create(CKA.CKA_VALUE_LEN, 32UL),
            Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, label), Factories.ObjectAttributeFactory.Create(CKA.CKA_ID, id),
            Attribute(CKA.CKA_TOKEN, true), Attribute(CKA.CKA_PRIVATE, true), Attribute(CKA.CKA_SENSITIVE, true), Attribute(CKA.CKA_EXTRACTABLE, false),
            Attribute(CKA.CKA_ENCRYPT, true), Attribute(CKA.CKA_DECRYPT, true), Attribute(CKA.CKA_MODIFIABLE, false),
        ]));
        return new Pkcs11Key(this, label, Convert.ToHexStringLower(id));
    }

    /// <summary>For ever.</summary>
    public void Destroy(Pkcs11Key key) => Use(session =>
    {
        session.DestroyObject(Handle(session, key));
        return true;
    });

    public byte[] Encrypt(Pkcs11Key key, byte[] nonce, byte[] associated, byte[] plain) =>
        Use(session => session.Encrypt(Gcm(nonce, associated), Handle(session, key), plain));

    /// <returns>Null where the tag does not fit.</returns>
    public byte[]? Decrypt(Pkcs11Key key, byte[] nonce, byte[] associated, byte[] sealedBytes) => Use(session =>
    {
        try
        {
            return session.Decrypt(Gcm(nonce, associated), Handle(session, key), sealedBytes);
        }
        // The standard leaves open which of these a wrong tag is (section 5.9).
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_ENCRYPTED_DATA_INVALID or CKR.CKR_ENCRYPTED_DATA_LEN_RANGE or CKR.CKR_GENERAL_ERROR)
        {
            return null;
        }
    });

    public void Dispose()
    {
        lock (_lock)
        {
            Forget();
        }
    }

    /// <summary>Runs something in the session, and once more in a new one where the session was lost.</summary>
    private T Use<T>(Func<ISession, T> work)
    {
        lock (_lock)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return work(_session ??= Open());
                }
                catch (Pkcs11Exception e) when (attempt == 1 && IsLost(e.RV))
                {
                    Forget();
                }
                catch (Pkcs11Exception e)
                {
                    Forget();
                    throw new KeyStoreException($"The token {_options.TokenLabel} answered {e.RV} to {e.Method}. Look whether it is there and healthy; the key-encryption key is in it.", e);
                }
            }
        }
    }

    private ISession Open()
    {
        var tokens = Module().GetSlotList(SlotsType.WithTokenPresent).Where(slot => slot.GetTokenInfo().Label == _options.TokenLabel).ToList();
        if (tokens is not [var token])
        {
            throw new KeyStoreException(tokens.Count == 0
                ? $"There is no token with the label {_options.TokenLabel} (Keys:Pkcs11:TokenLabel). Plug it in, or start what serves it, or correct the label."
                : $"{tokens.Count} tokens have the label {_options.TokenLabel} (Keys:Pkcs11:TokenLabel). Give the right one a label of its own.");
        }
        var session = token.OpenSession(SessionType.ReadWrite);
        try
        {
            session.Login(CKU.CKU_USER, ReadPin());
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // one sign-in counts for all sessions of a process
        }
        catch (Exception e)
        {
            session.Dispose();
            if (e is Pkcs11Exception { RV: CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_LOCKED or CKR.CKR_USER_PIN_NOT_INITIALIZED } pin)
                throw new KeyStoreException($"The token {_options.TokenLabel} refuses the PIN in {_options.PinFile} ({pin.RV}). Put the right one there before you start again: tokens lock themselves after a few wrong ones.", e);
            throw;
        }
        return session;
    }

    private IPkcs11Library Module()
    {
        try
        {
            return Modules.GetOrAdd(_options.Module, path => new(() => Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded))).Value;
        }
        catch (Exception e) when (e is UnmanagedException or DllNotFoundException or BadImageFormatException)
        {
            throw new KeyStoreException($"The module {_options.Module} (Keys:Pkcs11:Module) cannot be loaded: {e.Message} Install it, or correct the path.", e);
        }
    }

    private byte[] ReadPin()
    {
        OwnerOnly.Require(_options.PinFile, "PIN file");
        return System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(_options.PinFile).Trim());
    }

    private void Forget()
    {
        try
        {
            _session?.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // it is gone already
        }
        _session = null;
    }

    /// <summary>1 for the configured label, 2 for <c>label.2</c> and so on, 0 for somebody else's key.</summary>
    private int NumberOf(string label) =>
        label == _options.KeyLabel ? 1
        : label.StartsWith(_options.KeyLabel + ".", StringComparison.Ordinal)
            && int.TryParse(label.AsSpan(_options.KeyLabel.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number
        : 0;

    private IObjectHandle Handle(ISession session, Pkcs11Key key) =>
        session.FindAllObjects([Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, key.Label), Factories.ObjectAttributeFactory.Create(CKA.CKA_ID, Convert.FromHexString(key.Id))])
            is [var handle] ? handle : throw new KeyStoreException($"The key {key.Label} is no longer in the token {_options.TokenLabel}. Restore the token from its backup: what the key sealed cannot be opened without it.");

    private static IMechanism Gcm(byte[] nonce, byte[] associated) =>
        Factories.MechanismFactory.Create(CKM.CKM_AES_GCM, Factories.MechanismParamsFactory.CreateCkGcmParams(nonce, (ulong)nonce.Length * 8, associated, TagBits));

    private static IObjectAttribute Attribute(CKA type, bool value) => Factories.ObjectAttributeFactory.Create(type, value);

    private static IObjectAttribute Attribute(CKA type, CKO value) => Factories.ObjectAttributeFactory.Create(type, value);

    private static IObjectAttribute Attribute(CKA type, CKK value) => Factories.ObjectAttributeFactory.Create(type, value);

    private static bool IsLost(CKR answer) => answer is CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_USER_NOT_LOGGED_IN
        or CKR.CKR_DEVICE_REMOVED or CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_DEVICE_ERROR or CKR.CKR_OBJECT_HANDLE_INVALID or CKR.CKR_KEY_HANDLE_INVALID;
}

/// <summary>A key-encryption key in a token.</summary>
/// <param name="Label">CKA_LABEL.</param>
/// <param name="Id">CKA_ID in hex: random, so that another key of the same label is another key.</param>
internal sealed record Pkcs11Key(Pkcs11Token Token, string Label, string Id) : IKeyEncryptionKey
{
    public string Name => $"token:{Id}";

    public byte[] Seal(byte[] associated, ReadOnlySpan<byte> secret)
    {
        var nonce = RandomNumberGenerator.GetBytes(Aead.NonceSize);
        return [.. nonce, .. Token.Encrypt(this, nonce, associated, secret.ToArray())];
    }

    public byte[]? TryOpen(byte[] associated, ReadOnlySpan<byte> sealedSecret) => sealedSecret.Length < Aead.Overhead
        ? null
        : Token.Decrypt(this, sealedSecret[..Aead.NonceSize].ToArray(), associated, sealedSecret[Aead.NonceSize..].ToArray());
}
