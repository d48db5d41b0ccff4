namespace AccessBroker.Storage;

// The audit tables as EF sees them: for migrations and read queries only. Appending is plain SQL in AuditStore/.

internal sealed class AuditHeadRow
{
    public int Id { get; set; }
    public long Size { get; set; }
    public byte[] Frontier { get; set; } = [];

    /// <summary>Time of the last entry in microseconds, so that time never goes back.</summary>
    public long Time { get; set; }
}

internal sealed class AuditTrailRow
{
    public int No { get; set; }
    public byte[] Trail { get; set; } = [];
    public long Count { get; set; }
    public byte[] Head { get; set; } = [];
}

internal sealed class AuditBundleRow
{
    public long FirstIdx { get; set; }
    public int Count { get; set; }
    public byte[] Headers { get; set; } = [];
    public byte[] Bodies { get; set; } = [];
}

internal sealed class AuditNodeRow
{
    public int Node { get; set; }
    public int Boot { get; set; }

    /// <summary>Microseconds; a boot past it may be reaped.</summary>
    public long AliveUntil { get; set; }

    /// <summary>No intent of an unreaped boot of this node stands before this index. The largest number: none stands anywhere.</summary>
    public long FirstIdx { get; set; }
}

internal sealed class AuditCheckpointRow
{
    public long Size { get; set; }
    public byte[] Root { get; set; } = [];
    public string Note { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One witness' line under a checkpoint. It comes after the checkpoint was stored, and a checkpoint's row is never changed.</summary>
internal sealed class AuditCosignatureRow
{
    public long Size { get; set; }
    public string Witness { get; set; } = "";

    /// <summary>As it stands in the note, without the newline.</summary>
    public string Line { get; set; } = "";
}

internal sealed class AuditTileRow
{
    public int Level { get; set; }
    public long N { get; set; }
    public byte[] Hashes { get; set; } = [];
}

internal sealed class AuditEventRow
{
    public long Idx { get; set; }
    public long Seq { get; set; }
    public long Time { get; set; }
    public byte Class { get; set; }
    public Guid Id { get; set; }
    public Guid? Ref { get; set; }
    public string Kind { get; set; } = "";
    public string Tenant { get; set; } = "";
    public string? Actor { get; set; }
    public string? Grant { get; set; }
    public string? Session { get; set; }
    public string? Target { get; set; }
    public string? Operation { get; set; }
    public string? Method { get; set; }
    public string? Host { get; set; }
    public string? Path { get; set; }
    public string? Ip { get; set; }
    public string? Ticket { get; set; }
    public int? Status { get; set; }

    /// <summary>allowed, denied, or null where neither applies.</summary>
    public string? Outcome { get; set; }

    /// <summary>The denial's code, a reason, a ticket: what free text searches.</summary>
    public string? Text { get; set; }
    public byte[] Leaf { get; set; } = [];
}

/// <summary>How far a stream's receiver has come.</summary>
internal sealed class AuditStreamRow
{
    public string Name { get; set; } = "";

    /// <summary>Index after the last entry that the receiver acknowledged.</summary>
    public long NextIdx { get; set; }

    /// <summary>Where the batch under way ends.</summary>
    public long EndIdx { get; set; }

    /// <summary>Hash of the configuration that stands on the trails.</summary>
    public string Fingerprint { get; set; } = "";

    /// <summary>Who feeds it.</summary>
    public Guid Holder { get; set; }
    public DateTimeOffset HeldUntil { get; set; }
}

/// <summary>What of a schedule was made.</summary>
internal sealed class AuditScheduleRow
{
    public const int MaxError = 1000;

    public string Name { get; set; } = "";

    /// <summary>Everything that was planned up to here is made.</summary>
    public DateTimeOffset DoneUntil { get; set; }
    public DateTimeOffset? RanAt { get; set; }
    public string? File { get; set; }

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? Error { get; set; }
    public DateTimeOffset? FailedAt { get; set; }
    public int Failures { get; set; }
    public DateTimeOffset RetryAt { get; set; }

    /// <summary>Who makes it.</summary>
    public Guid Holder { get; set; }
    public DateTimeOffset HeldUntil { get; set; }
}
