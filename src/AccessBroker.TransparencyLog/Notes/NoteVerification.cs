namespace AccessBroker.TransparencyLog;

/// <summary>What came of verifying a note against the keys one knows.</summary>
/// <param name="Verified">The known keys whose signature is good, each once, in the order of the note. Empty when the note failed.</param>
/// <param name="Error">Null when the note holds, else a sentence.</param>
public sealed record NoteVerification(IReadOnlyList<VerifierKey> Verified, string? Error)
{
    /// <summary>At least one known key signed, and no known key's signature is bad.</summary>
    public bool IsValid => Error is null;
}
