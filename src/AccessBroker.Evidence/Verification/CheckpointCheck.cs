using System.Globalization;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// The checkpoint: signed by the given key, of the key's own origin, and a continuation of the pinned one.
/// No signature, an unknown key, or no checkpoint is a failure.
/// </summary>
internal static class CheckpointCheck
{
    private const string Pinned = "pinned checkpoint";

    /// <summary>Reads and verifies the checkpoint of a bundle.</summary>
    public static (Checkpoint Checkpoint, SignedNote Note) Read(BundleReader files, VerifierKey key, List<string> held) =>
        Read(files.ReadAll(BundleFiles.Checkpoint, SignedNote.MaxSize), key, held);

    /// <summary>Reads and verifies a checkpoint.</summary>
    public static (Checkpoint Checkpoint, SignedNote Note) Read(byte[] utf8, VerifierKey key, List<string> held)
    {
        var result = Read(BundleFiles.Checkpoint, utf8, [key]);
        held.Add(string.Create(CultureInfo.InvariantCulture,
            $"The checkpoint is signed by {key.Name}+{key.KeyId:x8}: {result.Checkpoint.Size} entries, root {Convert.ToBase64String(result.Checkpoint.Root)}."));
        return result;
    }

    /// <summary>The pinned checkpoint, verified, of the same origin or one that the log had before a restore, and not larger; null where none is given.</summary>
    public static Checkpoint? ReadPinned(Checkpoint checkpoint, VerificationOptions options, Succession succession)
    {
        if (options.Pinned is null)
            return null;
        var named = SignedNote.TryParse(options.Pinned, out var kept, out _) && Checkpoint.TryParse(kept.Text, out var read, out _) ? read.Origin : options.Key.Name;
        var isRenamed = succession.Restores.Any(r => r.OldOrigin == named);
        VerifierKey[] keys = isRenamed || named == options.Key.Name
            ? [.. options.OlderKeys.Prepend(options.Key).Select(k => k.Under(named)).OfType<VerifierKey>().Distinct()]
            : [options.Key];
        var (pinned, _) = Read(Pinned, options.Pinned, keys);
        if (isRenamed)
            succession.RequireKept(pinned);
        if (pinned.Size == 0)
            throw new EvidenceException(Pinned, "size", null, "is 0; an empty log proves nothing about a later one");
        if (pinned.Size > checkpoint.Size)
        {
            throw new EvidenceException(BundleFiles.Checkpoint, "size", null, string.Create(CultureInfo.InvariantCulture,
                $"is {checkpoint.Size}, but the pinned checkpoint has {pinned.Size}: the log was rolled back, or an older state of it is shown"));
        }
        if (pinned.Size == checkpoint.Size && !pinned.Root.AsSpan().SequenceEqual(checkpoint.Root))
            throw Fork(pinned);
        return pinned;
    }

    /// <summary>What is said where the same log has two histories.</summary>
    public static EvidenceException Fork(Checkpoint pinned) => new(BundleFiles.Checkpoint, "root", null, string.Create(
        CultureInfo.InvariantCulture,
        $"differs from the pinned checkpoint's at size {pinned.Size}: the log shows two histories. Keep both files, they prove it"));

    /// <summary>Says what the witnesses say, or that there are none.</summary>
    /// <param name="named">The policy that lies beside the evidence, which proves nothing; empty where there is none.</param>
    public static void Witnesses(SignedNote note, VerificationOptions options, List<string> held, List<string> open, string named = "")
    {
        var verdict = options.Witnesses?.Evaluate(note);
        if (verdict is { Error: { } error })
            throw new EvidenceException(BundleFiles.Checkpoint, "cosignatures", null, error);
        foreach (var cosignature in verdict?.Cosignatures ?? [])
        {
            held.Add(string.Create(CultureInfo.InvariantCulture,
                $"Witness {cosignature.Witness} saw this checkpoint by {cosignature.Time:yyyy-MM-dd'T'HH:mm:ss'Z'}."));
        }
        if (verdict is null && WitnessPolicy.TryParse(named, out var theirs, out _) && theirs.Evaluate(note).Cosignatures is { Count: > 0 } unproved)
        {
            open.Add($"Cosigned by {string.Join(", ", unproved.Select(c => c.Witness))}, whose keys come from these files and so prove nothing yet: "
                + "get them from the witnesses themselves and give them with --policy.");
        }
        else if (verdict is null or { Cosignatures.Count: 0 })
        {
            open.Add("Unwitnessed: no independent witness vouches that everybody is shown this same log, nor for its times.");
        }
    }

    /// <summary>Fails where the checkpoint is older than the auditor allows.</summary>
    public static void Age(long headsTime, VerificationOptions options)
    {
        if (options.MaxAge is not { } most)
            return;
        var age = TimeSpan.FromMicroseconds(EntryTime.FromDate(options.Clock.GetUtcNow()) - (double)headsTime);
        if (age > most)
            throw new EvidenceException(BundleFiles.Checkpoint, "age", null, $"its heads entry is of {EntryTime.Format(headsTime)}, older than the {most} allowed; ask for a new export");
    }

    /// <param name="keys">Any of them may have signed; all are the same log's.</param>
    private static (Checkpoint Checkpoint, SignedNote Note) Read(string file, byte[] utf8, IReadOnlyList<VerifierKey> keys)
    {
        if (!SignedNote.TryParse(utf8, out var note, out var error))
            throw new EvidenceException(file, null, null, Clause(error));
        if (note.Verify(keys).Error is { } unsigned)
            throw new EvidenceException(file, "signature", null, Clause(unsigned) + Hint(note, keys[0]) + OtherKey(file, note, keys));
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out error))
            throw new EvidenceException(file, null, null, Clause(error));
        if (checkpoint.Origin != keys[0].Name)
            throw new EvidenceException(file, "origin", null, $"is {checkpoint.Origin}, but the key is {keys[0].Name}'s: this is another log's checkpoint");
        return (checkpoint, note);
    }

    /// <summary>A log that was restored goes on under another name by the same key: its owner must hear that, and not be told of a forgery.</summary>
    private static string Hint(SignedNote note, VerifierKey key) =>
        Checkpoint.TryParse(note.Text, out var checkpoint, out _) && checkpoint.Origin != key.Name
        && key.Under(checkpoint.Origin) is { } renamed && note.Verify([renamed]).Error is null
            ? $". The same key signed it as {checkpoint.Origin}, the name that a log takes after a restore from backup: ask why, and then verify with {renamed}"
            : "";

    /// <summary>What to do where somebody signed under the log's name with a key that the auditor does not have: after a rotation, or by a forger.</summary>
    private static string OtherKey(string file, SignedNote note, IReadOnlyList<VerifierKey> keys)
    {
        var name = keys[0].Name;
        // Not where a known key's signature is bad: then it is no question of which key.
        if (!note.Signatures.Any(s => s.Name == name) || note.Signatures.Any(s => keys.Any(k => k.Name == s.Name && k.KeyId == s.KeyId)))
            return "";
        return file == Pinned
            ? $". If it is older than a rotation of {name}'s key, give the key that signed it with --older-key"
            : $". Another key signs under the name {name}: the log's key was rotated, or this is forged. "
                + "Do not take the new key from here; 'accessbroker audit vkey --trusted' with the key that you have shows the new one only where the old one vouches for it";
    }

    private static string Clause(string sentence) => sentence.TrimEnd('.');
}
