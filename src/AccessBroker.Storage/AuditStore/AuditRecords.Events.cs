using System.Data.Common;
using System.Globalization;
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
        try
        {
            if (context.Database.IsNpgsql())
                await EventArrays.RunAsync(context, [.. events.Select(ToRow)], cancellationToken);
            else
                await EventInsert.RunAsync(context, [.. events.Select(ToRow)], cancellationToken);
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            // Another node projects the same entries; the caller continues from where the table now stands.
        }
    }

    public async Task<IReadOnlyList<AuditEvent>> SearchAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.AuditEvents.AsNoTracking();
        if (query.Tenants is { } tenants)
            rows = rows.Where(e => tenants.Contains(e.Tenant));
        if (query.PeopleOnly)
            rows = rows.Where(e => e.Class < (byte)EntryClass.Heads);
        if (query.From is { } from)
            rows = rows.Where(e => e.Time >= from);
        if (query.To is { } to)
            rows = rows.Where(e => e.Time < to);
        if (query.Before is { } before)
            rows = rows.Where(e => e.Idx < before);
        foreach (var term in query.Including)
            rows = Matching(rows, term);
        foreach (var term in query.Excluding)
        {
            var excluded = Matching(context.AuditEvents, term).Select(e => e.Idx);
            rows = rows.Where(e => !excluded.Contains(e.Idx));
        }
        var page = await rows.OrderByDescending(e => e.Idx).Take(query.Limit).ToListAsync(cancellationToken);
        return [.. page.Select(FromRow)];
    }

    private static IQueryable<AuditEventRow> Matching(IQueryable<AuditEventRow> rows, AuditTerm term)
    {
        var value = term.Value;
        return term.Field switch
        {
            AuditField.Tenant => rows.Where(e => e.Tenant == value),
            AuditField.Actor => rows.Where(e => e.Actor == value),
            AuditField.Grant => rows.Where(e => e.Grant == value),
            AuditField.Session => rows.Where(e => e.Session == value),
            AuditField.Ticket => rows.Where(e => e.Ticket == value),
            AuditField.Target => rows.Where(e => e.Target == value),
            AuditField.Kind => rows.Where(e => e.Kind.StartsWith(value)),
            AuditField.Operation => rows.Where(e => e.Operation == value),
            AuditField.Method => rows.Where(e => e.Method == value),
            AuditField.Path => rows.Where(e => e.Path != null && e.Path.StartsWith(value)),
            AuditField.Host => rows.Where(e => e.Host == value),
            AuditField.Status => int.TryParse(value, CultureInfo.InvariantCulture, out var status) ? rows.Where(e => e.Status == status) : rows.Where(e => false),
            AuditField.Outcome => rows.Where(e => e.Outcome == value),
            AuditField.Ip => rows.Where(e => e.Ip == value),
            AuditField.Text => rows.Where(e => e.Text != null && e.Text.Contains(value) || e.Path != null && e.Path.Contains(value) || e.Kind.Contains(value)),
            _ => rows.Where(e => false),
        };
    }

    private static AuditEventRow ToRow(AuditEvent e) => new()
    {
        Idx = e.Index, Seq = e.Seq, Time = e.Time, Class = (byte)e.Class, Id = e.Id, Ref = e.Ref, Kind = e.Kind, Tenant = e.Tenant, Actor = e.Actor,
        Grant = e.Grant, Session = e.Session, Target = e.Target, Operation = e.Operation, Method = e.Method, Host = e.Host, Path = e.Path, Ip = e.Ip,
        Ticket = e.Ticket, Status = e.Status, Outcome = e.Outcome, Text = e.Text, Leaf = e.Leaf,
    };

    private static AuditEvent FromRow(AuditEventRow e) => new(
        e.Idx, e.Seq, e.Time, (EntryClass)e.Class, e.Id, e.Ref, e.Kind, e.Tenant, e.Actor, e.Grant, e.Session, e.Target, e.Operation, e.Method,
        e.Host, e.Path, e.Ip, e.Ticket, e.Status, e.Outcome, e.Text, e.Leaf);
}
