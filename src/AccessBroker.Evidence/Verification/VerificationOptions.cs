using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>What the auditor brings along, none of it out of the bundle.</summary>
public sealed record VerificationOptions
{
    /// <summary>The log's key, from onboarding.</summary>
    public required VerifierKey Key { get; init; }

    /// <summary>Keys that the log had before <see cref="Key"/>. One of them may have signed what was kept from before, never what is shown now.</summary>
    public IReadOnlyList<VerifierKey> OlderKeys { get; init; } = [];

    /// <summary>A checkpoint kept from before, the whole note as UTF-8; null where there is none.</summary>
    public byte[]? Pinned { get; init; }

    /// <summary>The customer's trail id, from onboarding or a receipt; null where unknown. Not used for a whole log.</summary>
    public Hash32? Trail { get; init; }

    /// <summary>Whose cosignatures must stand on the checkpoint; null where no witness is known.</summary>
    public WitnessPolicy? Witnesses { get; init; }

    /// <summary>Fail where the checkpoint's heads entry is older; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What <see cref="MaxAge"/> is measured by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where a log of more than a million entries is spooled: about 60 bytes an entry, in a folder that only this user can enter.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>How many entries' ids are kept in memory before they go to temporary files.</summary>
    internal int IdsInMemory { get; init; } = EntryIds.Bound;
}
