using System.Text.Json.Serialization;

namespace AccessBroker.Web.Exports;

/// <summary>Where an export stands.</summary>
internal enum ExportState
{
    /// <summary>It waits for one of the <see cref="ExportOptions.AtOnce"/> places.</summary>
    Queued,

    /// <summary>It is being made.</summary>
    Running,

    /// <summary>The file can be fetched.</summary>
    Ready,

    /// <summary>It will not be made; the error says why.</summary>
    Failed,

    /// <summary>The server that should make it ended. It can be started again.</summary>
    Interrupted,
}

/// <summary>An export as it lies in the spool folder beside its file.</summary>
/// <param name="Owner">Whose it is: the person who ordered it.</param>
/// <param name="Done">Entries of the log read.</param>
/// <param name="Total">Entries to read; 0 until it runs.</param>
/// <param name="Bytes">Of the finished file.</param>
/// <param name="Sha256">Of the finished file, lower-case hex.</param>
internal sealed record SpooledExport(
    Guid Id, Guid Owner, ExportOrder Order, string Name, ExportState State, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt = null,
    long Done = 0, long Total = 0, long Bytes = 0, string? Sha256 = null, string? Error = null)
{
    /// <summary>Somebody should be at work on it.</summary>
    [JsonIgnore]
    public bool IsOpen => State is ExportState.Queued or ExportState.Running;

    /// <summary>What its age counts from.</summary>
    [JsonIgnore]
    public DateTimeOffset Since => FinishedAt ?? CreatedAt;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SpooledExport))]
internal sealed partial class SpoolJson : JsonSerializerContext;
