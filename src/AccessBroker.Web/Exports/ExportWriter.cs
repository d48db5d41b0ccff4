using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Web.Trails;

namespace AccessBroker.Web.Exports;

/// <summary>Writes what was ordered. That it was ordered stands on the trail already, so a bundle holds its own <c>audit.exported</c>.</summary>
internal sealed class ExportWriter(BundleExporter bundles, EntryExporter entries, IAuditRecords records, PeopleDirectory people, TimeProvider time)
{
    /// <exception cref="PinnedCheckpointException">The pinned checkpoint cannot be the start of a proof.</exception>
    /// <exception cref="InvalidDataException">What is stored does not verify: nothing may be handed out.</exception>
    public async Task WriteAsync(ExportOrder order, Stream output, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        if (order.Format is { } format)
        {
            var (size, _) = await records.ReadHeadAsync(cancellationToken);
            await entries.WriteAsync(format, output, order.Tenant, order.Filter, order.Bodies, size, progress, cancellationToken);
            return;
        }
        await using var sink = new ZipSink(output, time.GetUtcNow());
        await bundles.WriteAsync(sink, new ExportRequest(order.Tenant, order.TenantName, order.By, order.Filter, order.Pinned, PeopleAsync), progress, cancellationToken);
        await sink.CompleteAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<BundlePerson>> PeopleAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var names = await people.NamesAsync(ids.Select(id => id.ToString("D")), cancellationToken);
        return [.. ids.Select(id => names(id.ToString("D"))!).Select(p => new BundlePerson(p.Id.ToString("D"), p.Name, p.Organisation.Length == 0 ? null : p.Organisation))];
    }
}
