using System.Security.Cryptography;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// A witness' private key, in a file of its own that only its owner may read: one line <c>name base64(seed)</c>. Cosigns with
/// cosignature/v1 (C2SP tlog-cosignature).
/// </summary>
internal sealed class WitnessKey
{
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private readonly byte[] _seed;

    private WitnessKey(string name, byte[] seed)
    {
        _seed = seed;
        Public = VerifierKey.ForCosigner(name, LibCrypto.PublicKey(seed));
    }

    public VerifierKey Public { get; }

    /// <summary>Reads the key, or makes it at the first start.</summary>
    /// <param name="name">For a new key; null: it must be there. Another name than the key's is refused.</param>
    /// <exception cref="CliException">With what to do.</exception>
    public static WitnessKey Open(string path, string? name)
    {
        try
        {
            if (!File.Exists(path)) Create(path, name ?? throw CliException.Usage("This witness has no key yet, and its key needs a name.", "Add --name, such as --name witness.example.com/acme. It cannot be changed later."));
            var key = Read(path);
            return name is null || name == key.Public.Name
                ? key
                : throw CliException.Usage($"{path} is the key of {key.Public.Name}, not of {name}.", "Leave --name out, or use another --folder for another witness.");
        }
        catch (DllNotFoundException)
        {
            throw new CliException(ExitCode.Failure, "no-openssl", "A witness signs with OpenSSL, and this machine has no libcrypto.", "Run it on Linux with OpenSSL 1.1.1 or later.");
        }
    }

    /// <summary>The signature line over a checkpoint's text.</summary>
    /// <param name="seconds">POSIX time.</param>
    public NoteSignature Cosign(string checkpointText, ulong seconds)
    {
        var text = Encoding.UTF8.GetBytes(checkpointText);
        var cosignature = Cosignature.Join(seconds, LibCrypto.Sign(_seed, Cosignature.Message(seconds, text)));
        return Public.Verify(text, cosignature)
            ? new NoteSignature(Public.Name, Public.KeyId, cosignature)
            : throw new InvalidOperationException("OpenSSL made a signature that does not verify; it is not given out.");
    }

    private static void Create(string path, string name)
    {
        var seed = RandomNumberGenerator.GetBytes(LibCrypto.SeedSize);
        try
        {
            _ = VerifierKey.ForCosigner(name, LibCrypto.PublicKey(seed));
        }
        catch (ArgumentException)
        {
            throw CliException.Usage($"\"{name}\" cannot name a witness.", "Write something like witness.example.com/acme: no space, no plus sign.");
        }
        DurableFile.Write(path, Encoding.UTF8.GetBytes($"{name} {Convert.ToBase64String(seed)}\n"));
    }

    private static WitnessKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new CliException(ExitCode.Failure, "key-open", $"{path} can be read by others.", $"chmod 600 {path}, and think about who may have read it.");
        var parts = File.ReadAllText(path).TrimEnd('\n').Split(' ');
        var seed = new byte[LibCrypto.SeedSize];
        return parts is [var name, var base64] && Convert.TryFromBase64String(base64, seed, out var length) && length == seed.Length
            ? new WitnessKey(name, seed)
            : throw new CliException(ExitCode.Failure, "key-unreadable", $"{path} cannot be read as a witness' key.", "Start a new witness, with another --folder and --name, and tell everybody its key.");
    }
}
