using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>A witness as configured and checked.</summary>
/// <param name="Key">Its cosignature/v1 key.</param>
/// <param name="AddCheckpoint">Where checkpoints are sent to.</param>
internal sealed record ConfiguredWitness(VerifierKey Key, Uri AddCheckpoint)
{
    /// <summary>More would make each checkpoint's signatures longer than readers take.</summary>
    private const int MaxWitnesses = 32;

    public string Name => Key.Name;

    /// <exception cref="FormatException">The options were not checked before.</exception>
    public static IReadOnlyList<ConfiguredWitness> Read(AuditOptions options) =>
        [.. options.Witnesses.Select(w => new ConfiguredWitness(VerifierKey.Parse(w.Key), new Uri(w.Url.TrimEnd('/') + "/add-checkpoint")))];

    /// <summary>What is wrong with <c>Log:Witnesses</c>, in sentences.</summary>
    public static IEnumerable<string> Broken(AuditOptions options)
    {
        if (options.Witnesses.Count > MaxWitnesses)
            yield return $"Log:Witnesses has {options.Witnesses.Count} entries; at most {MaxWitnesses} are asked.";
        var keys = new List<VerifierKey>();
        for (var i = 0; i < options.Witnesses.Count; i++)
        {
            var (place, witness) = ($"Log:Witnesses:{i}", options.Witnesses[i]);
            if (!VerifierKey.TryParse(witness.Key, out var key, out var error))
                yield return $"{place}:Key is no verifier key: {error}";
            else if (key.Algorithm != NoteAlgorithm.CosignatureV1)
                yield return $"{place}:Key makes no cosignatures: a witness' key has type 0x04. Ask its operator for the right one.";
            else if (string.Equals(key.Name, options.Origin, StringComparison.OrdinalIgnoreCase))
                yield return $"{place}:Key is called '{key.Name}' like this log; a log cannot witness itself.";
            else if (keys.Exists(other => string.Equals(other.Name, key.Name, StringComparison.OrdinalIgnoreCase) || other.PublicKey.Span.SequenceEqual(key.PublicKey.Span)))
                yield return $"{place}:Key has the name or the key of an earlier witness; each is given once.";
            else
                keys.Add(key);
            if (BrokenUrl(witness.Url) is { } problem)
                yield return $"{place}:Url is '{witness.Url}'; {problem}";
        }
    }

    private static string? BrokenUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return "it must be the witness' submission prefix, such as https://witness.example/.";
        if (url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
            return "it must have no user, query or fragment.";
        return url.Scheme == "http" && !url.IsLoopback ? "off this machine a witness is asked over https." : null;
    }
}
