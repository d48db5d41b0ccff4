namespace AccessBroker.Evidence;

/// <summary>The verdict, in sentences for the auditor.</summary>
public sealed record VerificationReport
{
    /// <summary>Everything that could be checked held.</summary>
    public bool Verified => Failure is null;

    /// <summary>What held, in the order of checking; up to the failure where there is one.</summary>
    public required IReadOnlyList<string> Checked { get; init; }

    /// <summary>What a verified result still does not prove.</summary>
    public IReadOnlyList<string> NotProved { get; init; } = [];

    /// <summary>The first check that failed: file, field or entry, reason. Null where none did.</summary>
    public EvidenceException? Failure { get; init; }

    /// <summary>Bodies that were there and fit their commitments.</summary>
    public ulong VerifiedBodies { get; init; }

    /// <summary>Bodies erased or pruned, each covered by an entry that says so.</summary>
    public ulong ErasedBodies { get; init; }

    /// <summary>Bodies that the export's filter left out.</summary>
    public ulong WithheldBodies { get; init; }
}
