using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Grants;
using AccessBroker.Web.Api;

namespace AccessBroker.Web.Trails;

/// <summary>The whole log's headers, heads and checkpoint as a zip: no customer's data, for auditors and administrators of the vendor.</summary>
internal sealed class ExportLog(WholeLogExporter exporter, ReadingEntries reading, TimeProvider time)
{
    public static bool MayExport(Actor actor) => actor.Is(Role.VendorAuditor) || actor.Is(Role.Administrator);

    public async Task<Outcome<ExportedFile>> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!MayExport(actor))
            return ApiProblems.NotFound;
        await reading.LogExportedAsync(actor, cancellationToken);
        var now = time.GetUtcNow();
        var file = TemporaryFile.Create();
        try
        {
            await using var sink = new ZipSink(file, now);
            await exporter.WriteAsync(sink, null, cancellationToken);
            await sink.CompleteAsync(cancellationToken);
            file.Position = 0;
            return new ExportedFile(file, string.Create(CultureInfo.InvariantCulture, $"whole-log-{now:yyyyMMdd-HHmmss}.zip"));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
