using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>Whether a witness' answer may stand on a checkpoint for ever.</summary>
internal static class CosignatureCheck
{
    /// <summary>A witness' clock may be so far off.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <returns>The witness' own line; null with the rest of a sentence that begins with its name.</returns>
    /// <remarks>Lines of unknown keys are ignored, as the specification says.</remarks>
    public static NoteSignature? Find(ConfiguredWitness witness, StoredCheckpoint checkpoint, IReadOnlyList<NoteSignature> lines, DateTimeOffset now, out string error)
    {
        error = "";
        var line = lines.FirstOrDefault(l => l.Name == witness.Key.Name && l.KeyId == witness.Key.KeyId);
        var text = Encoding.UTF8.GetBytes(SignedNote.Parse(checkpoint.Note).Text);
        if (line is null)
            error = "answered without a signature of the key that is configured for it.";
        else if (!witness.Key.Verify(text, line.Signature.Span))
            error = "answered with a signature that does not fit the checkpoint.";
        // A cosignature brackets entries in time: one from before the checkpoint existed, 0 included, or from the future, is no bracket.
        else if (Cosignature.Time(line.Signature.Span) is not { } time || time < checkpoint.CreatedAt - Tolerance || time > now + Tolerance)
            error = "answered with a time that cannot be: its clock is wrong, or this node's.";
        else
            return line;
        return null;
    }
}
