using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>An entry before the log gives it its place.</summary>
/// <param name="Class">Intent, outcome or event; the log writes the other classes itself.</param>
/// <param name="Tenant">Customer id, or <c>_system</c>: chooses trail and data key.</param>
/// <param name="Id">UUIDv7, made by the caller so that it can be told upstream before the append returns.</param>
/// <param name="Ref">An outcome's intent, an event's entry, else empty.</param>
/// <param name="Body">Canonical JSON, at most 64 KiB; see <see cref="BodyWriter"/>.</param>
public sealed record EntryDraft(EntryClass Class, string Tenant, Guid Id, Guid Ref, byte[] Body);

/// <param name="Index">In the log, from 0.</param>
/// <param name="Seq">In the trail, from 0.</param>
/// <param name="Time">Microseconds since 1970-01-01 UTC.</param>
public readonly record struct AppendedEntry(Guid Id, long Index, long Seq, long Time);

/// <summary>The log could not be written in time: problem type <c>audit-unavailable</c>, HTTP 503. Nothing may happen.</summary>
public sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
