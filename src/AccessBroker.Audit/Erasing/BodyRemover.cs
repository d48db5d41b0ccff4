namespace AccessBroker.Audit;

/// <summary>Carries out what erase and prune entries say: takes the bodies out of their bundles and people's words out of the projection.</summary>
internal sealed class BodyRemover(IAuditRecords records, IErasureStore store, TimeProvider time)
{
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProjectionLimit = TimeSpan.FromMinutes(10);

    /// <param name="needed">Indices whose bodies stay, whatever a range covers.</param>
    /// <returns>Bodies that were there and are gone now.</returns>
    public async Task<long> RemoveAsync(IReadOnlyList<Forgotten> forgotten, IReadOnlySet<long> needed, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (forgotten.Count == 0)
            return 0;
        var (from, to) = (forgotten.Min(f => f.FromIndex), forgotten.Max(f => f.ToIndex));
        await AwaitProjectionAsync(to, cancellationToken);
        var ids = forgotten.Where(f => f.Id is not null).ToLookup(f => f.Id!.Value);
        var ranges = forgotten.Where(f => f.Id is null).ToList();
        var removed = 0L;
        await foreach (var bundle in records.ReadBundlesAsync(from, withBodies: true, cancellationToken))
        {
            if (bundle.FirstIndex > to)
                break;
            removed += await RemoveAsync(bundle, e => !needed.Contains(e.Index) && (ids[e.Header.Id].Any(f => f.Covers(e)) || ranges.Any(f => f.Covers(e))), cancellationToken);
            progress?.Report(removed);
        }
        if (removed > 0)
            await store.ScrubAsync(cancellationToken);
        return removed;
    }

    private async Task<long> RemoveAsync(Bundle bundle, Func<StoredEntry, bool> covers, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var entries = StoredEntry.In(bundle).ToList();
            var gone = entries.Where(e => !e.SealedBody.IsEmpty && covers(e)).Select(e => e.Index).ToHashSet();
            if (gone.Count == 0)
                return 0;
            var left = SealedBodies.Join([.. entries.Select(e => gone.Contains(e.Index) ? [] : e.SealedBody.ToArray())]);
            if (await store.ReplaceBodiesAsync(bundle, left, [.. gone], cancellationToken))
                return gone.Count;
            if (attempt == Attempts)
                throw new InvalidOperationException($"The bundle at {bundle.FirstIndex} is being changed by somebody else; the erasure goes on later.");
            await Task.Delay(Pause, time, cancellationToken);
            bundle = await AgainAsync(bundle.FirstIndex, cancellationToken);
        }
    }

    private async Task<Bundle> AgainAsync(long firstIndex, CancellationToken cancellationToken)
    {
        await foreach (var bundle in records.ReadBundlesAsync(firstIndex, withBodies: true, cancellationToken))
            return bundle;
        throw new InvalidDataException($"The bundle at {firstIndex} is gone.");
    }

    /// <summary>A projector that read a body before it was erased must not write it down after.</summary>
    private async Task AwaitProjectionAsync(long index, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (await records.ProjectedToAsync(cancellationToken) <= index)
        {
            if (time.GetElapsedTime(begun) > ProjectionLimit)
                throw new InvalidOperationException("The search projection does not catch up; the erasure goes on later.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
