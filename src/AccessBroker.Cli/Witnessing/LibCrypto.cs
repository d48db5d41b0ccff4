using System.Reflection;
using System.Runtime.InteropServices;

namespace AccessBroker.Cli;

/// <summary>
/// Ed25519 (RFC 8032) by OpenSSL's libcrypto, which .NET itself needs on Linux, so that it is there: .NET 10 has no Ed25519, and a
/// private key is not for arithmetic of our own (ADR 11).
/// </summary>
internal static class LibCrypto
{
    public const int SeedSize = 32, PublicKeySize = 32, SignatureSize = 64;

    private const string Library = "libcrypto";
    private const int Ed25519 = 1087; // EVP_PKEY_ED25519
    private static readonly string[] Names = ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto-3-x64.dll"];

    static LibCrypto() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    /// <exception cref="DllNotFoundException">There is no OpenSSL here.</exception>
    public static byte[] PublicKey(byte[] seed)
    {
        var key = Import(seed);
        try
        {
            var bytes = new byte[PublicKeySize];
            nuint length = PublicKeySize;
            Require(EVP_PKEY_get_raw_public_key(key, bytes, ref length) == 1 && length == PublicKeySize);
            return bytes;
        }
        finally
        {
            EVP_PKEY_free(key);
        }
    }

    /// <inheritdoc cref="PublicKey"/>
    public static byte[] Sign(byte[] seed, byte[] message)
    {
        var key = Import(seed);
        var context = EVP_MD_CTX_new();
        try
        {
            Require(context != 0);
            // Ed25519 has its digest built in: none is named, and the message is given at once.
            Require(EVP_DigestSignInit(context, 0, 0, 0, key) == 1);
            var signature = new byte[SignatureSize];
            nuint length = SignatureSize;
            Require(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1 && length == SignatureSize);
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint Import(byte[] seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"An Ed25519 seed has {SeedSize} bytes.", nameof(seed));
        var key = EVP_PKEY_new_raw_private_key(Ed25519, 0, seed, SeedSize);
        Require(key != 0);
        return key;
    }

    private static void Require(bool done)
    {
        if (!done)
            throw new InvalidOperationException("OpenSSL refused an Ed25519 operation.");
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library == Library)
        {
            foreach (var name in Names)
            {
                if (NativeLibrary.TryLoad(name, out var handle))
                    return handle;
            }
        }
        return 0;
    }

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_PKEY_get_raw_public_key(nint key, byte[] bytes, ref nuint length);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint EVP_MD_CTX_new();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSign(nint context, byte[] signature, ref nuint length, byte[] message, nuint messageLength);
}
