using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Gateway.Tests;

/// <summary>One entry as it stands in the log.</summary>
internal sealed record Logged(long Index, EntryClass Class, Guid Id, Guid Ref, JsonElement Body)
{
    public string Kind => Body.GetProperty("kind").GetString()!;

    /// <summary>Null where the member is absent; "null" is never returned for it.</summary>
    public string? this[string name] => Body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    public bool Says(string name) => Body.TryGetProperty(name, out _);
}
