using System.Diagnostics;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Storage;

namespace AccessBroker.Grants;

/// <summary>How this room's entries begin: kind, actor, tenant, and the trace where there is one.</summary>
internal static class Entry
{
    /// <summary>Members that every body has.</summary>
    public static BodyWriter Body(string kind, string actor, string tenant) =>
        new BodyWriter().Add("kind", kind).Add("actor", actor).Add("tenant", tenant);

    public static BodyWriter Traced(string kind, Actor actor, string tenant) =>
        Body(kind, Id(actor.PersonId), tenant).Add("sign_in", actor.SignIn).Add("trace_id", Trace);

    /// <summary>What the broker does by the clock has nobody behind it.</summary>
    public static BodyWriter BySystem(string kind, string tenant) => Body(kind, Names.System, tenant);

    public static EntryDraft Event(string tenant, Guid id, BodyWriter body, Guid belongsTo = default) =>
        new(EntryClass.Event, tenant, id, belongsTo, body.ToBytes());

    public static string Id(Guid id) => id.ToString("D");

    public static long Micros(DateTimeOffset time) => Microseconds.From(time);

    /// <summary>The trace that this is part of; null where nobody traces.</summary>
    public static string? Trace => Activity.Current is { } activity ? activity.TraceId.ToHexString() : null;
}
