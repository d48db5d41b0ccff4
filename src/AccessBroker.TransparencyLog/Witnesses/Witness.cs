namespace AccessBroker.TransparencyLog;

/// <summary>A witness of a policy.</summary>
/// <param name="Name">Its name within the policy file.</param>
/// <param name="Key">Its cosignature/v1 key.</param>
/// <param name="Url">Its submission prefix (C2SP tlog-witness), where the file gives one.</param>
public sealed record Witness(string Name, VerifierKey Key, string? Url) : IQuorum
{
    /// <summary>Whether the signature line claims to be this witness'.</summary>
    internal bool Made(NoteSignature signature) => signature.Name == Key.Name && signature.KeyId == Key.KeyId;

    bool IQuorum.IsMet(IReadOnlySet<string> witnesses) => witnesses.Contains(Name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
