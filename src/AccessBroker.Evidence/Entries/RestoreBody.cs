using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// The body of the class 5 entry after a restore from backup: under which name the log goes on, and what was lost. What the old
/// name signed beyond <see cref="RestoredSize"/> is not part of this history.
/// </summary>
/// <param name="Origin">The new origin.</param>
/// <param name="OldOrigin">The origin until then.</param>
/// <param name="RestoredSize">Entries that the restored backup held.</param>
/// <param name="RestoredRoot">RFC 6962 root over them, 32 bytes.</param>
/// <param name="HighestKnownSize">The largest size that the old origin is known to have signed.</param>
public sealed record RestoreBody(string Origin, string OldOrigin, ulong RestoredSize, byte[] RestoredRoot, ulong HighestKnownSize)
{
    /// <summary>Value of <c>kind</c>.</summary>
    public const string Kind = "log.restored";

    /// <summary>Known entries that are gone.</summary>
    public ulong Lost => HighestKnownSize > RestoredSize ? HighestKnownSize - RestoredSize : 0;

    /// <param name="by">Who declared it, as they said.</param>
    /// <param name="reason">Why, as they said.</param>
    public byte[] ToBytes(string by, string reason) => new BodyWriter()
        .Add("kind", Kind).Add("actor", TrailId.System).Add("tenant", TrailId.System)
        .Add("origin", Origin).Add("old_origin", OldOrigin)
        .Add("restored_size", (long)RestoredSize).Add("restored_root", Convert.ToBase64String(RestoredRoot))
        .Add("highest_known_size", (long)HighestKnownSize).Add("lost", (long)Lost)
        .Add("by", by).Add("reason", reason).ToBytes();

    /// <summary>Reads a body, or says in a clause what is wrong with it. Members that it does not know are let be.</summary>
    public static bool TryParse(byte[] body, [NotNullWhen(true)] out RestoreBody? restore, [NotNullWhen(false)] out string? error)
    {
        restore = null;
        if (!CanonicalJson.IsCanonical(body, out var fault))
        {
            error = fault;
            return false;
        }
        using var json = JsonDocument.Parse(body);
        var root = new byte[Merkle.HashSize];
        if (Text(json, "kind") != Kind)
            error = $"its body is no {Kind}";
        else if (Text(json, "origin") is not { Length: > 0 } origin || Text(json, "old_origin") is not { Length: > 0 } old)
            error = "its body does not name both origins";
        else if (Number(json, "restored_size") is not { } size || Number(json, "highest_known_size") is not { } highest)
            error = "its body does not state both sizes";
        else if (Text(json, "restored_root") is not { } base64 || !Convert.TryFromBase64String(base64, root, out var length) || length != root.Length)
            error = "its body does not state the restored root";
        else
        {
            (restore, error) = (new RestoreBody(origin, old, size, root, highest), null);
            return true;
        }
        return false;
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ulong? Number(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number) ? number : null;
}
