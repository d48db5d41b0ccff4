using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// A body without its content: who, when, which operation and how it ended, by the ids of people, grants and sessions; not what people wrote,
/// whose records were read, or from where.
/// </summary>
internal static class BodyMetadata
{
    /// <summary>Members of a body that are no customer's content. What is not named here does not leave: a new member waits until somebody looks at it.</summary>
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "kind", "actor", "tenant", "grant", "session", "request", "target", "operation", "method", "status", "scope_hash", "bytes", "ms", "code", "form", "trace_id", "result", "anomaly",
    };

    public static byte[] Of(ReadOnlyMemory<byte> body)
    {
        using var whole = JsonDocument.Parse(body);
        var reduced = new BodyWriter();
        foreach (var member in whole.RootElement.EnumerateObject().Where(m => Members.Contains(m.Name)))
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.String: reduced.Add(member.Name, member.Value.GetString()); break;
                case JsonValueKind.Number: reduced.Add(member.Name, member.Value.GetInt64()); break;
                case JsonValueKind.True or JsonValueKind.False: reduced.Add(member.Name, member.Value.GetBoolean()); break;
            }
        }
        return reduced.ToBytes();
    }
}
