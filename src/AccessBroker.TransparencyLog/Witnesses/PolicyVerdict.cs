namespace AccessBroker.TransparencyLog;

/// <summary>A witness' statement that it saw this checkpoint, verified.</summary>
/// <param name="Witness">The witness' name in the policy.</param>
/// <param name="Time">When it says so; whole seconds, UTC.</param>
public sealed record VerifiedCosignature(string Witness, DateTimeOffset Time);

/// <summary>What came of checking a checkpoint against a policy.</summary>
/// <param name="Cosignatures">Those of known witnesses that verified; empty means unwitnessed.</param>
/// <param name="Error">Null when the policy is satisfied, else a sentence.</param>
public sealed record PolicyVerdict(IReadOnlyList<VerifiedCosignature> Cosignatures, string? Error)
{
    /// <summary>The policy is satisfied.</summary>
    public bool IsSatisfied => Error is null;

    internal static PolicyVerdict Failed(string error) => new([], error);
}
