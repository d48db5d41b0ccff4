using System.Security.Cryptography;

namespace AccessBroker.Evidence;

/// <summary>
/// The files of a bundle or of a whole log's audit files, from a folder or a zip. Only reads, never unpacks; a
/// zip's sizes are checked before a byte of it is inflated.
/// </summary>
public abstract class BundleReader : IDisposable
{
    /// <summary>More files than this are refused.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>More bytes than this in all files together are refused: 256 GiB.</summary>
    public const long MaxTotalBytes = 256L << 30;

    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);

    /// <summary>Names of all files, with <c>/</c> between folder and file.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>Opens a folder or a zip.</summary>
    /// <exception cref="UnusableBundleException">There is no bundle at the path, or it is one that must not be read.</exception>
    public static BundleReader Open(string path)
    {
        if (Directory.Exists(path))
            return new FolderReader(path);
        if (!File.Exists(path))
            throw new UnusableBundleException($"{path}: there is neither a folder nor a zip of this name.");
        return ZipReader.OpenFile(path);
    }

    /// <summary>Bytes of a file, as the folder or the zip states them.</summary>
    /// <exception cref="EvidenceException">There is no such file.</exception>
    public abstract long Length(string name);

    /// <summary>Reads a file from its start. Several may be open at once, on one thread.</summary>
    /// <exception cref="EvidenceException">There is no such file.</exception>
    public abstract Stream OpenFile(string name);

    /// <summary>Whether the file is there.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>A whole small file.</summary>
    /// <exception cref="EvidenceException">There is no such file, or it is larger than <paramref name="maxBytes"/>.</exception>
    internal byte[] ReadAll(string name, int maxBytes)
    {
        var length = Length(name);
        if (length > maxBytes)
            throw new EvidenceException(name, null, null, $"has {length} bytes, more than the {maxBytes} that it may have");
        var bytes = new byte[length];
        using var stream = OpenFile(name);
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Like <see cref="OpenFile"/>; when it was read to its end, <see cref="Hash"/> knows the hash of what was read.</summary>
    internal Stream OpenHashed(string name) => new HashingReader(OpenFile(name), hash => _hashes[name] = hash);

    /// <summary>SHA-256 of a file, lower-case hex.</summary>
    internal string Hash(string name)
    {
        if (_hashes.TryGetValue(name, out var known))
            return known;
        using var stream = OpenFile(name);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>What a verifier says of a file that should be there.</summary>
    protected static EvidenceException Missing(string name) => new(name, null, null, "the file is missing");
}
