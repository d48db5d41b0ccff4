using System.Data.Common;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>The search projection: written behind, dropped and rebuilt at will.</summary>
internal sealed partial class AuditRecords
{
    public async Task<long> ProjectedToAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AuditEvents.MaxAsync(e => (long?)e.Idx, cancellationToken) + 1 ?? 0;
    }

    public async Task StoreEventsAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        List<AuditEventRow> rows = [.. events.Select(ToRow)];
        for (var attempt = 1; rows.Count > 0; attempt++)
        {
            try
            {
                await InsertAsync(context, rows, cancellationToken);
                return;
            }
            catch (DbException e) when (e.IsUniqueViolation() && attempt < 20)
            {
                // Another node, or a rebuild, wrote some of these. Only those: the rest is still missing, and nobody else need have it.
                var (first, last) = (rows[0].Idx, rows[^1].Idx);
                var there = await context.AuditEvents.Where(e => e.Idx >= first && e.Idx <= last).Select(e => e.Idx).ToHashSetAsync(cancellationToken);
                rows.RemoveAll(row => there.Contains(row.Idx));
            }
        }
    }

    /// <summary>All of the rows or none; within the context's transaction, where it has one.</summary>
    internal static Task InsertAsync(BrokerDbContext context, IReadOnlyList<AuditEventRow> rows, CancellationToken cancellationToken) =>
        context.Database.IsNpgsql() ? EventArrays.RunAsync(context, rows, cancellationToken) : EventInsert.RunAsync(context, rows, cancellationToken);

    internal static AuditEventRow ToRow(AuditEvent e) => new()
    {
        Idx = e.Index, Seq = e.Seq, Time = e.Time, Class = (byte)e.Class, Id = e.Id, Ref = e.Ref, Kind = e.Kind, Tenant = e.Tenant, Actor = e.Actor,
        Grant = e.Grant, Session = e.Session, Target = e.Target, Operation = e.Operation, Method = e.Method, Host = e.Host, Path = e.Path, Ip = e.Ip,
        Ticket = e.Ticket, Status = e.Status, Outcome = e.Outcome, Text = e.Text, Leaf = e.Leaf,
    };

    private static AuditEvent FromRow(AuditEventRow e) => new(
        e.Idx, e.Seq, e.Time, (EntryClass)e.Class, e.Id, e.Ref, e.Kind, e.Tenant, e.Actor, e.Grant, e.Session, e.Target, e.Operation, e.Method,
        e.Host, e.Path, e.Ip, e.Ticket, e.Status, e.Outcome, e.Text, e.Leaf);
}
