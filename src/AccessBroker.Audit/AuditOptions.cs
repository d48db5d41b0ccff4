namespace AccessBroker.Audit;

/// <summary>Configuration section <c>Log</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>The log's origin and checkpoint key name (C2SP), such as <c>accessbroker.example/log</c>. Never changes after the first start.</summary>
    public string Origin { get; set; } = "";

    /// <summary>How long an append may take before the action is refused. Default 2 s.</summary>
    public TimeSpan AppendLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Entries that may wait for a commit before callers are refused. Default 16,384.</summary>
    public int QueueLength { get; set; } = 16_384;

    /// <summary>Shortest time between two published checkpoints while entries arrive. Default 10 s.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two published checkpoints when nothing happens. Default 1 h.</summary>
    public TimeSpan IdleCheckpointInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Number of this node, unique among the running ones. Default: the lowest that is free.</summary>
    public int? Node { get; set; }
}
