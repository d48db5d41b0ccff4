namespace AccessBroker.Audit;

/// <summary>Configuration section <c>Log</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>What the log promises at most (AUDIT-LOG.md, What it promises).</summary>
    internal static readonly TimeSpan LongestAppend = TimeSpan.FromSeconds(2);

    /// <summary>The log's origin and checkpoint key name (C2SP), such as <c>accessbroker.example/log</c>. Never changes after the first start.</summary>
    public string Origin { get; set; } = "";

    /// <summary>How long an append may take before the action is refused. 100 ms to 2 s; default 2 s.</summary>
    public TimeSpan AppendLimit { get; set; } = LongestAppend;

    /// <summary>Entries that may wait for a commit before callers are refused. 1–1,000,000; default 16,384.</summary>
    public int QueueLength { get; set; } = 16_384;

    /// <summary>Shortest time between two published checkpoints while entries arrive. 1 s to 1 h; default 10 s.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two published checkpoints when nothing happens. At least the other, at most 1 d; default 1 h.</summary>
    public TimeSpan IdleCheckpointInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Number of this node, unique among the running ones, 1–9,999. Default: the lowest that is free.</summary>
    public int? Node { get; set; }

    /// <summary>How long bodies are kept; headers stay for ever. At least 1 d. Default: for ever.</summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>The same for single customers, by id: <c>Log:RetentionOf:acme</c> = <c>400.00:00:00</c>.</summary>
    public Dictionary<string, TimeSpan> RetentionOf { get; } = [];

    /// <summary>Customers of whom nothing is pruned or erased, whatever else is configured or agreed.</summary>
    public IList<string> LegalHold { get; } = [];

    internal TimeSpan? RetentionFor(string tenant) => RetentionOf.TryGetValue(tenant, out var own) ? own : Retention;

    /// <summary>
    /// Folder of what must not be forgotten with the database: the newest checkpoint that was signed, and the erasures. Apart from the
    /// database and its backups. Default: <c>log-memory</c> in <c>Keys:Folder</c>. Empty: none is kept.
    /// </summary>
    public string? Memory { get; set; }

    /// <summary>Who is asked to cosign each published checkpoint. At most 32; default none.</summary>
    public IList<WitnessOptions> Witnesses { get; } = [];

    /// <summary>Who is sent entries as they are appended. At most 16; default none.</summary>
    public IList<StreamOptions> Streams { get; } = [];
}
