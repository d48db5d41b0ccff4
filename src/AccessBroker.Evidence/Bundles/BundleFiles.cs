namespace AccessBroker.Evidence;

/// <summary>Names of the files in an evidence bundle and in a whole log's audit files.</summary>
public static class BundleFiles
{
    /// <summary>What the bundle is, its proofs, and the hashes of all other files.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The log's first origin, where it differs from the checkpoint's.</summary>
    public const string GenesisOrigin = "genesis-origin";

    /// <summary>The entries that state a restore from backup, only where there was one.</summary>
    public const string Restores = "restores.json";

    /// <summary>n × 160 bytes, seq 0 … n-1.</summary>
    public const string Headers = "headers.bin";

    /// <summary>n × 32 bytes, zeros where there is no body.</summary>
    public const string Salts = "salts.bin";

    /// <summary>n lines: the exact body bytes, <c>null</c>, or <c>"withheld"</c>.</summary>
    public const string Bodies = "bodies.jsonl";

    /// <summary>The signed note.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>Verifier keys, one a line.</summary>
    public const string Keys = "keys.txt";

    /// <summary>C2SP tlog-policy of the log's witnesses; may be empty.</summary>
    public const string Policy = "policy";

    /// <summary>The standalone verifier.</summary>
    public const string Verifier = "verify.cs";

    /// <summary>Person id → display name and organisation.</summary>
    public const string People = "people.jsonl";

    /// <summary>For an auditor who never saw the product.</summary>
    public const string Readme = "README.txt";

    /// <summary>The entries as a table.</summary>
    public const string Entries = "entries.csv";

    /// <summary>The entries as a typed table.</summary>
    public const string Parquet = "entries.parquet";

    /// <summary>The entries as OCSF events, one a line.</summary>
    public const string Ocsf = "ocsf.jsonl";

    /// <summary>Whole log: size × 160 bytes, in commit order.</summary>
    public const string AllHeaders = "all-headers.bin";

    /// <summary>Whole log: index → body and salt of each heads entry.</summary>
    public const string Heads = "heads.json";

    /// <summary>Value of the manifest's <c>format</c>.</summary>
    public const string Format = "accessbroker-bundle/v1";

    /// <summary>Line of <see cref="Bodies"/> for a body that was erased or pruned.</summary>
    internal static ReadOnlySpan<byte> NullLine => "null"u8;

    /// <summary>Line of <see cref="Bodies"/> for a body that the export's filter left out.</summary>
    internal static ReadOnlySpan<byte> WithheldLine => "\"withheld\""u8;

    /// <summary>
    /// Whether a name may stand in a bundle: letters, digits, dot, hyphen and underscore, in at most one folder
    /// (<c>recordings/…</c>), no part beginning with a dot. So no name can lead out of the bundle on any system.
    /// </summary>
    public static bool IsAllowed(string name)
    {
        var parts = name.Split('/');
        return name.Length <= 200 && parts.Length <= 2 && parts.All(part =>
            part.Length > 0 && part[0] != '.' && part[^1] != '.'
            && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
    }
}
