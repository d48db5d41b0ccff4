using System.Diagnostics.CodeAnalysis;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// Which logs are known and how many witnesses must have cosigned a checkpoint (C2SP tlog-policy). Immutable.
/// </summary>
public sealed class WitnessPolicy
{
    /// <summary>No known log, no witness, none needed: what an empty policy file says.</summary>
    public static WitnessPolicy None { get; } = new([], [], null);

    private readonly IQuorum? _quorum;

    internal WitnessPolicy(IReadOnlyList<VerifierKey> logs, IReadOnlyList<Witness> witnesses, IQuorum? quorum) =>
        (Logs, Witnesses, _quorum) = (logs, witnesses, quorum);

    /// <summary>Keys of the logs that are accepted. Empty: the caller knows the log from elsewhere and checks its signature.</summary>
    public IReadOnlyList<VerifierKey> Logs { get; }

    /// <summary>All witnesses, whether the quorum needs them or not.</summary>
    public IReadOnlyList<Witness> Witnesses { get; }

    /// <summary>False for <c>quorum none</c>: then a checkpoint may stand unwitnessed.</summary>
    public bool NeedsWitnesses => _quorum is not null;

    /// <summary>Reads a policy file. A file without any definition is <see cref="None"/>.</summary>
    /// <exception cref="FormatException">With the line and the reason.</exception>
    public static WitnessPolicy Parse(string text) => TryParse(text, out var policy, out var error) ? policy : throw new FormatException(error);

    /// <summary>Reads a policy file, or says in a sentence which line is wrong and why.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WitnessPolicy? policy, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PolicyReader().TryRead(text, out policy, out error);
    }

    /// <summary>Whether a checkpoint satisfies the policy.</summary>
    /// <remarks>
    /// Cosignatures of unknown witnesses are ignored; a bad one of a known witness fails the checkpoint, as signed-note asks.
    /// Where <see cref="Logs"/> is empty, nothing is said about the log's own signature.
    /// </remarks>
    public PolicyVerdict Evaluate(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out var error))
            return PolicyVerdict.Failed(error);

        var logs = Logs.Where(key => key.Name == checkpoint.Origin).ToList();
        if (Logs.Count > 0 && note.Verify(logs) is { Error: { } bad })
            return PolicyVerdict.Failed($"No log of the policy vouches for {checkpoint.Origin}. {bad}");

        var cosignatures = new List<VerifiedCosignature>();
        foreach (var witness in Witnesses.Where(witness => note.Signatures.Any(witness.Made)))
        {
            var verification = note.Verify([witness.Key]);
            if (verification.Error is not null)
                return PolicyVerdict.Failed($"Witness {witness.Name}: {verification.Error}");
            // A witness may cosign the same text again: the earliest time brackets the entries best.
            var time = note.Signatures.Where(witness.Made).Min(signature => Cosignature.Time(signature.Signature.Span)!.Value);
            cosignatures.Add(new VerifiedCosignature(witness.Name, time));
        }
        var names = cosignatures.Select(cosignature => cosignature.Witness).ToHashSet(StringComparer.Ordinal);
        return _quorum is null || _quorum.IsMet(names)
            ? new PolicyVerdict(cosignatures, null)
            : new PolicyVerdict(cosignatures, $"The quorum is not met: it asks for {_quorum}, and {Describe(names)} cosigned.");
    }

    private static string Describe(HashSet<string> names) => names.Count == 0 ? "no known witness" : string.Join(", ", names);
}
