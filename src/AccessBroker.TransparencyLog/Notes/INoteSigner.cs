namespace AccessBroker.TransparencyLog;

/// <summary>A private key that signs notes. Lives outside this library: a file, NSec, a key service.</summary>
public interface INoteSigner
{
    /// <summary>The public half.</summary>
    VerifierKey Key { get; }

    /// <summary>
    /// Signs a note's text (UTF-8). Returns the signature as <see cref="NoteAlgorithm"/> of <see cref="Key"/> says, without the key id.
    /// </summary>
    /// <remarks>MUST verify under <see cref="Key"/>.</remarks>
    byte[] Sign(ReadOnlySpan<byte> message);
}
