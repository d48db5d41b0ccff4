using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>A checkpoint for evidence: with the cosignatures of the witnesses that answer, and the policy that names them.</summary>
internal sealed class CosignedCheckpoints(Witnesses witnesses, IAuditRecords records, ILogKeys keys, TimeProvider time)
{
    /// <summary>How long an export waits for witnesses that answered last time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The note with the cosignatures it has by 5 s after it was published, or sooner where every witness that is not failing has
    /// given its own. A failing one is not waited for.
    /// </summary>
    public async Task<string> NoteAsync(Publication publication, CancellationToken cancellationToken)
    {
        while (true)
        {
            var cosignatures = await records.CosignaturesAsync(publication.Size, cancellationToken);
            var given = cosignatures.Split('\n').Select(NoteSignature.Parse).OfType<NoteSignature>().Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            var missing = witnesses.Feeds.Any(f => f.State is WitnessState.Cosigning or WitnessState.Unknown && !given.Contains(f.Name));
            if (!missing || time.GetUtcNow() - publication.At >= Patience)
                return publication.Note + cosignatures;
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>
    /// Names log and witnesses (C2SP tlog-policy). It asks for no quorum: how many witnesses are enough is for whoever verifies.
    /// Addresses are left out, because they are the vendor's and the witnesses' business.
    /// </summary>
    public string Policy() => witnesses.Any
        ? $"""
          # Whom the vendor asks for cosignatures. Take their keys from themselves; how many must have
          # cosigned is yours to say, in place of none.
          {string.Concat(keys.Signers.Select(s => $"log {s.Key}\n"))}{string.Concat(witnesses.Configured.Select(w => $"witness {w.Name} {w.Key}\n"))}quorum none

          """
        : "";
}
