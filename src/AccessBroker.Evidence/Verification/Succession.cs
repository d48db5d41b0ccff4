using System.Globalization;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// How a log came to its name: it takes a new origin after each restore from backup, and what an older one signed counts up to the
/// restored size only (AUDIT-LOG.md, Signing).
/// </summary>
internal sealed class Succession(IReadOnlyList<RestoreBody> restores)
{
    public static Succession Read(BundleReader files, Checkpoint checkpoint, List<string> held)
    {
        var succession = new Succession(RestoresFile.Read(files, checkpoint));
        foreach (var restore in succession.Restores)
        {
            held.Add(string.Create(CultureInfo.InvariantCulture,
                $"The log was restored from a backup of {restore.RestoredSize} entries and goes on as {restore.Origin}: {restore.Lost} later entries of {restore.OldOrigin} are known to be lost."));
        }
        return succession;
    }

    public IReadOnlyList<RestoreBody> Restores => restores;

    /// <summary>The key as it signed under an earlier origin; null where no restore leads from there.</summary>
    public VerifierKey? KeyOf(string origin, VerifierKey key) => restores.Any(r => r.OldOrigin == origin) ? key.Under(origin) : null;

    /// <exception cref="EvidenceException">The checkpoint of an earlier origin covers more than was restored.</exception>
    public void RequireKept(Checkpoint pinned)
    {
        foreach (var restore in restores.SkipWhile(r => r.OldOrigin != pinned.Origin).Where(restore => pinned.Size > restore.RestoredSize))
        {
            throw new EvidenceException(BundleFiles.Restores, "restored_size", null, string.Create(CultureInfo.InvariantCulture,
                $"is {restore.RestoredSize}, but your pinned checkpoint of {pinned.Origin} covers {pinned.Size} entries: {pinned.Size - restore.RestoredSize} entries that you were shown were lost when a backup was restored. Keep your checkpoint, and ask the vendor for the reason in the log's entry"));
        }
    }
}
