using AccessBroker.Access;
using AccessBroker.Storage;
using AccessBroker.Web.Exports;
using AccessBroker.Web.Trails;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Web.Schedules;

/// <summary>
/// One run of a schedule. For each customer:
/// <code>
///   1 open     a file of the server's user alone, under another name
///   2 record   the export on the customer's trail, durably
///   3 write    by the exporter that writes ordered files
///   4 keep     flush, sum, rename: whole or not at all
///   5 remove   what is older than is kept
/// </code>
/// Whatever is appended after step 2 is younger than it, and the period ended before: nothing of the period can come too late for the file.
/// </summary>
internal sealed class ScheduledRun(BrokerDbContext context, ExportWriter writer, ReadingEntries reading)
{
    /// <param name="maker">Under whose lease it runs.</param>
    /// <param name="mayFinish">Asked before a file gets its name: whether the lease is still the maker's.</param>
    /// <returns>Name of what was made, with <c>*</c> for the customers where there are many.</returns>
    public async Task<string> RunAsync(ConfiguredSchedule schedule, DateTimeOffset planned, Guid maker, Func<Task<bool>> mayFinish, CancellationToken cancellationToken)
    {
        var folder = new ScheduleFolder(schedule.Folder, schedule.Name);
        var ending = ExportOrder.EndingOf(schedule.Format);
        folder.RemoveHalfMade();
        foreach (var (tenant, title) in await TenantsAsync(schedule, cancellationToken))
        {
            var name = folder.NameOf(tenant, planned, ending);
            if (!folder.Has(name))
                await MakeAsync(schedule, Order(schedule, tenant, title, planned), folder, name, maker, mayFinish, cancellationToken);
            folder.RemoveOld(tenant, schedule.Keep);
        }
        return folder.NameOf(schedule.Tenant ?? "*", planned, ending);
    }

    private async Task MakeAsync(
        ConfiguredSchedule schedule, ExportOrder order, ScheduleFolder folder, string name, Guid maker, Func<Task<bool>> mayFinish, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = folder.Begin(name, maker);
            await reading.ScheduledAsync(schedule.Name, order, cancellationToken);
            await writer.WriteAsync(order, file, null, cancellationToken);
            if (!await mayFinish())
                throw new OperationCanceledException("Another node took the schedule.");
            await folder.CompleteAsync(file, name, maker, cancellationToken);
        }
        finally
        {
            folder.Drop(name, maker); // nothing is there any more where it got its name
        }
    }

    private async Task<IReadOnlyList<(string Id, string Title)>> TenantsAsync(ConfiguredSchedule schedule, CancellationToken cancellationToken)
    {
        var customers = await context.Tenants.AsNoTracking().OrderBy(t => t.Id).ToListAsync(cancellationToken);
        List<(string Id, string Title)> tenants = [.. customers.Select(t => (t.Id, t.Name)), (Names.System, "The broker itself")];
        if (schedule.Tenant is { } only)
            tenants.RemoveAll(t => t.Id != only);
        return tenants.Count > 0 ? tenants : throw new ScheduleException($"There is no customer '{schedule.Tenant}'. Correct the schedule's Tenant, or add the customer.");
    }

    private static ExportOrder Order(ConfiguredSchedule schedule, string tenant, string title, DateTimeOffset planned)
    {
        var period = SchedulePeriod.Of(schedule.Range, planned);
        return new ExportOrder(tenant, title, $"The broker (schedule {schedule.Name})", schedule.Format, period.From, period.To, null, null, null, schedule.Bodies);
    }
}

/// <summary>A run cannot be made; the message says what to do.</summary>
internal sealed class ScheduleException(string message) : Exception(message);
