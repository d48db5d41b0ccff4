namespace AccessBroker.TransparencyLog;

/// <summary>What a witness answers. The values are the HTTP status codes of C2SP tlog-witness.</summary>
public enum AddCheckpointAnswer
{
    /// <summary>The checkpoint continues what the witness knows: record it, then cosign.</summary>
    Cosign = 200,

    /// <summary>Malformed, or the old size is larger than the checkpoint's.</summary>
    Malformed = 400,

    /// <summary>No trusted key of the origin signed, or one's signature is bad.</summary>
    NotSigned = 403,

    /// <summary>Another log than those the witness watches.</summary>
    UnknownLog = 404,

    /// <summary>The old size is not what the witness cosigned last; the answer is that size.</summary>
    OtherSize = 409,

    /// <summary>The proof does not hold: the log was changed, or shows this witness another history.</summary>
    NotConsistent = 422,
}

/// <summary>What a witness makes of a request.</summary>
/// <param name="Checkpoint">The checkpoint, where the request holds one.</param>
/// <param name="Known">What the witness cosigned last for this origin; null for nothing.</param>
/// <param name="Reason">A sentence; empty for <see cref="AddCheckpointAnswer.Cosign"/>.</param>
public sealed record AddCheckpointVerdict(AddCheckpointAnswer Answer, Checkpoint? Checkpoint, Checkpoint? Known, string Reason);

/// <summary>The checks of a witness, in the order of C2SP tlog-witness, "add-checkpoint". Pure: recording and signing are the caller's.</summary>
public static class AddCheckpointRules
{
    /// <param name="logs">Keys of the logs that are witnessed; a log may have several.</param>
    /// <param name="knownOf">The checkpoint cosigned last for an origin. From reading it to recording the new one nobody else may do either.</param>
    public static AddCheckpointVerdict Decide(AddCheckpointRequest request, IReadOnlyCollection<VerifierKey> logs, Func<string, Checkpoint?> knownOf)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentNullException.ThrowIfNull(knownOf);
        if (!Checkpoint.TryParse(request.Note.Text, out var checkpoint, out var error))
            return new(AddCheckpointAnswer.Malformed, null, null, error);
        var keys = logs.Where(key => key.Name == checkpoint.Origin).ToList();
        if (keys.Count == 0)
            return new(AddCheckpointAnswer.UnknownLog, checkpoint, null, $"The log {checkpoint.Origin} is not witnessed here.");
        if (request.Note.Verify(keys).Error is { } unsigned)
            return new(AddCheckpointAnswer.NotSigned, checkpoint, null, unsigned);
        if (request.OldSize > checkpoint.Size)
            return new(AddCheckpointAnswer.Malformed, checkpoint, null, $"The old size {request.OldSize} is larger than the checkpoint's, {checkpoint.Size}.");

        var known = knownOf(checkpoint.Origin);
        if (request.OldSize != (known?.Size ?? 0))
            return new(AddCheckpointAnswer.OtherSize, checkpoint, known, $"The old size is {request.OldSize}, and {known?.Size ?? 0} was cosigned last.");
        return Inconsistency(request, checkpoint, known) is { } reason
            ? new(AddCheckpointAnswer.NotConsistent, checkpoint, known, reason)
            : new(AddCheckpointAnswer.Cosign, checkpoint, known, "");
    }

    private static string? Inconsistency(AddCheckpointRequest request, Checkpoint checkpoint, Checkpoint? known)
    {
        if (checkpoint.Size == 0 && !checkpoint.Root.AsSpan().SequenceEqual(Merkle.EmptyRoot))
            return "An empty log has the root of the empty tree.";
        if (known is null || known.Size == 0)
            return request.Proof.Count == 0 ? null : "Everything continues the empty log: a proof from size 0 is empty.";
        return ConsistencyProof.Verify(known.Size, checkpoint.Size, known.Root, checkpoint.Root, request.Proof)
            ? null
            : $"The proof does not lead from size {known.Size} as it was cosigned to size {checkpoint.Size}.";
    }
}
