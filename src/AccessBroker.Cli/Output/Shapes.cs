using System.Globalization;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>The columns people see, for every kind of answer.</summary>
internal static class Shapes
{
    public static readonly Shape<Me> Me = new("accessbroker/me/v1", ContractsJson.Default.Me,
    [
        new("name", m => m.Name),
        new("organisation", m => m.Organisation),
        new("roles", m => string.Join(", ", m.Roles)),
        new("sign-in", m => m.SignIn),
        new("id", m => m.Id.ToString()),
    ]);

    public static readonly Shape<RequestView> Request = new("accessbroker/request/v1", ContractsJson.Default.RequestView,
    [
        new("id", r => r.Id.ToString()),
        new("state", r => r.State),
        new("customer", r => r.Tenant),
        new("target", r => r.Target),
        new("operations", r => Names(r.Operations)),
        new("minutes", r => Text(r.Minutes)),
        new("ticket", r => r.Ticket),
        new("asked by", r => r.Requester.Name),
        new("asked", r => Text(r.CreatedAt)),
        new("decided by", r => r.DecidedBy?.Name),
        new("grant", r => r.GrantId?.ToString()),
        new("reason", r => r.DenialReason is null ? r.Reason : $"{r.Reason} (denied: {r.DenialReason})"),
    ]);

    public static readonly Shape<GrantView> Grant = new("accessbroker/grant/v1", ContractsJson.Default.GrantView,
    [
        new("id", g => g.Id.ToString()),
        new("state", g => g.State),
        new("customer", g => g.Tenant),
        new("target", g => g.Target),
        new("operations", g => Names(g.Operations)),
        new("holder", g => g.Holder.Name),
        new("until", g => Text(g.NotAfter)),
        new("gateway", g => g.GatewayOrigin),
    ]);

    public static readonly Shape<GrantEnded> GrantEnded = new("accessbroker/grant-ended/v1", ContractsJson.Default.GrantEnded,
    [
        new("grant", g => g.GrantId.ToString()),
        new("state", g => g.State),
        new("ended", g => Text(g.EndedAt)),
        new("connections cut", g => Text(g.ConnectionsCut)),
        new("cut in ms", g => g.CutInMs.ToString("0.0", CultureInfo.InvariantCulture)),
        new("last byte", g => g.LastByteAt is { } at ? Text(at) : null),
        new("entry", g => g.EntryIndex is { } index ? Text(index) : "waits for the log"),
    ]);

    public static readonly Shape<ErasureView> Erasure = new("accessbroker/erasure/v1", ContractsJson.Default.ErasureView,
    [
        new("id", e => e.Id.ToString()),
        new("state", e => e.State),
        new("customer", e => e.Tenant),
        new("what", e => e.What),
        new("proposed by", e => e.ProposedBy.Name),
        new("proposed", e => Text(e.ProposedAt)),
        new("decided by", e => e.DecidedBy?.Name),
        new("erased", e => e.DoneAt is null ? null : e.Erased.ToString(CultureInfo.InvariantCulture)),
        new("authority", e => e.Authority),
    ]);

    public static readonly Shape<SessionView> Session = new("accessbroker/session/v1", ContractsJson.Default.SessionView,
    [
        new("id", s => s.Id.ToString()),
        new("customer", s => s.Tenant),
        new("target", s => s.Target),
        new("grant", s => s.GrantId.ToString()),
        new("started", s => Text(s.StartedAt)),
        new("ended", s => s.EndedAt is { } at ? Text(at) : null),
        new("why", s => s.Termination),
    ]);

    public static readonly Shape<SessionToken> SessionToken = new("accessbroker/session-token/v1", ContractsJson.Default.SessionToken,
    [
        new("session", s => s.Session.Id.ToString()),
        new("gateway", s => s.GatewayOrigin),
        new("until", s => Text(s.ExpiresAt)),
        new("token", s => s.Token),
    ]);

    public static readonly Shape<AuditEventView> AuditEvent = new("accessbroker/audit-event/v1", ContractsJson.Default.AuditEventView,
    [
        new("index", e => Text(e.Index)),
        new("time", e => Text(e.Time)),
        new("customer", e => e.Tenant),
        new("kind", e => e.Kind),
        new("actor", e => e.Actor?.Name),
        new("status", e => e.Status is { } status ? Text(status) : null),
        new("what", e => e.Sentence),
    ]);

    public static readonly Shape<AuditEntryView> AuditEntry = new("accessbroker/audit-entry/v1", ContractsJson.Default.AuditEntryView,
    [
        .. AuditEvent.Columns.Select(c => new Column<AuditEntryView>(c.Header, e => c.Value(e.Event))),
        new("class", e => e.Event.Class),
        new("seq", e => Text(e.Event.Seq)),
        new("id", e => e.Event.Id.ToString()),
        new("leaf", e => e.Event.Leaf),
        new("header", e => e.Header),
        new("body", e => e.Body ?? "(erased)"),
    ]);

    public static readonly Shape<ScheduleView> Schedule = new("accessbroker/schedule/v1", ContractsJson.Default.ScheduleView,
    [
        new("name", s => s.Name),
        new("state", s => s.State),
        new("customer", s => s.Tenant),
        new("as", s => s.Format),
        new("range", s => s.Range),
        new("at", s => s.At),
        new("next", s => s.NextRun is { } next ? Text(next) : null),
        new("last", s => s.LastRun is { } last ? Text(last) : "never"),
        new("file", s => s.LastFile),
        new("error", s => s.LastError),
    ]);

    public static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Names(IReadOnlyList<OperationView> operations) => string.Join(", ", operations.Select(o => o.Name));
}
