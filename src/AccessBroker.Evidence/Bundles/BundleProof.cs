namespace AccessBroker.Evidence;

/// <summary>What ties a trail's entries to a signed checkpoint. All of it is checked by the verifiers.</summary>
public sealed record BundleProof
{
    /// <summary>The trail.</summary>
    public required Hash32 Trail { get; init; }

    /// <summary>The signed note whose size is <see cref="HeadsIndex"/> + 1.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Position of this trail's head record among all head records, sorted by trail.</summary>
    public required ulong HeadPosition { get; init; }

    /// <summary>Inclusion proof of that record's leaf in the heads tree.</summary>
    public required IReadOnlyList<byte[]> HeadProof { get; init; }

    /// <summary>Index in the log of the heads entry that the checkpoint ends with.</summary>
    public required ulong HeadsIndex { get; init; }

    /// <summary>Its 160-byte header.</summary>
    public required ReadOnlyMemory<byte> HeadsHeader { get; init; }

    /// <summary>Its exact body.</summary>
    public required ReadOnlyMemory<byte> HeadsBody { get; init; }

    /// <summary>Its salt, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> HeadsSalt { get; init; }

    /// <summary>Inclusion proof of its leaf in the checkpoint's tree.</summary>
    public required IReadOnlyList<byte[]> HeadsProof { get; init; }

    /// <summary>Consistency proof from the checkpoint that the recipient keeps to this one; empty where they named none or this one.</summary>
    public IReadOnlyList<byte[]> Consistency { get; init; } = [];

    /// <summary>The log's origin at its creation; null where it is still the checkpoint's.</summary>
    public string? FirstOrigin { get; init; }

    /// <summary>Every restore from backup that the log went through, in order.</summary>
    public IReadOnlyList<RestoreProof> Restores { get; init; } = [];
}

/// <summary>What else goes into a bundle. None of it is proved; all of it is covered by the manifest's file hashes.</summary>
public sealed record BundleExport
{
    /// <summary>Who exported, as a reader should see it.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was chosen (dates, grant, actor), in words or as a query; null where nothing was left out.</summary>
    public string? Filter { get; init; }

    /// <summary>The customer's name for the README; null where unknown.</summary>
    public string? Customer { get; init; }

    /// <summary>Verifier keys (C2SP vkey) of the log.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Witness policy (C2SP tlog-policy).</summary>
    public string Policy { get; init; } = "";

    /// <summary>Everybody whom the bodies name by id and whose data was not erased.</summary>
    public IReadOnlyList<BundlePerson> People { get; init; } = [];
}

/// <summary>Whom an opaque person id in a body stood for at the time of the export.</summary>
/// <param name="Id">As in <c>actor</c>.</param>
/// <param name="Name">Display name.</param>
/// <param name="Organisation">Customer or vendor; null where unknown.</param>
public sealed record BundlePerson(string Id, string Name, string? Organisation);
