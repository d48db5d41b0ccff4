using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>One row of the search projection: what an entry says, as columns. Derived, never evidence.</summary>
/// <param name="Time">Microseconds.</param>
/// <param name="Outcome">allowed, denied, or null.</param>
/// <param name="Text">Denial codes, reasons, tickets: what free text finds.</param>
public sealed record AuditEvent(
    long Index, long Seq, long Time, EntryClass Class, Guid Id, Guid? Ref, string Kind, string Tenant, string? Actor, string? Grant,
    string? Session, string? Target, string? Operation, string? Method, string? Host, string? Path, string? Ip, string? Ticket,
    int? Status, string? Outcome, string? Text, byte[] Leaf);

/// <summary>A search. Every filter given must hold; those in <see cref="Excluding"/> must not.</summary>
public sealed record AuditQuery
{
    /// <summary>Customers the reader may see; an empty list finds nothing. Null: all, for the deployment's own use.</summary>
    public IReadOnlyList<string>? Tenants { get; init; }

    public IReadOnlyList<AuditTerm> Including { get; init; } = [];

    public IReadOnlyList<AuditTerm> Excluding { get; init; } = [];

    /// <summary>Microseconds, inclusive.</summary>
    public long? From { get; init; }

    /// <summary>Microseconds, exclusive.</summary>
    public long? To { get; init; }

    /// <summary>Keyset: only entries before this index. Results are newest first.</summary>
    public long? Before { get; init; }

    /// <summary>Only entries from this index on.</summary>
    public long? Since { get; init; }

    /// <summary>1–500.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Leaves the log's own heads, key and prune entries out.</summary>
    public bool PeopleOnly { get; init; } = true;
}

/// <summary>What a search found in its time.</summary>
/// <param name="Events">Newest first.</param>
/// <param name="SearchedTo">Where the time was up: entries before this index were not looked at. Null: the page is full, or everything was.</param>
/// <param name="SearchedToTime">Microseconds: about when that was.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Events, long? SearchedTo, long? SearchedToTime)
{
    /// <summary>How long a page searches while a person waits for it: with all else that a page does, an answer within 300 ms.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);
}

public enum AuditField { Tenant, Actor, Grant, Session, Ticket, Target, Kind, Operation, Method, Path, Host, Status, Outcome, Ip, Text }

/// <param name="Value">Exact, but for <see cref="AuditField.Path"/> (a prefix), <see cref="AuditField.Kind"/> (a prefix such as <c>review.</c>) and <see cref="AuditField.Text"/> (anywhere).</param>
public sealed record AuditTerm(AuditField Field, string Value);
