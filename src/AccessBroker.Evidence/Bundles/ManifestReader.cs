using System.Text;
using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>Reads manifest.json strictly: every field once, none unknown, canonical base64. Each refusal names its field.</summary>
internal static class ManifestReader
{
    /// <summary>A manifest larger than this is refused unread.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly string[] Fields =
        ["format", "trail", "head", "heads_header", "heads_body", "heads_salt", "heads_index", "heads_proof", "consistency", "origin", "size", "exported", "files"];

    /// <exception cref="EvidenceException">Not such a manifest.</exception>
    public static BundleManifest Read(byte[] utf8)
    {
        byte[] canonical;
        try
        {
            canonical = CanonicalJson.Canonicalize(utf8, MaxBytes); // refuses duplicate keys, floats, invalid UTF-8
        }
        catch (CanonicalJsonException e)
        {
            throw Bad(null, e.Message);
        }
        using var document = JsonDocument.Parse(canonical);
        var root = document.RootElement;
        RequireFields(root, null, Fields);
        if (Text(root, "format") is var format && format != BundleFiles.Format)
            throw Bad("format", $"is \"{format}\", only \"{BundleFiles.Format}\" is known");

        var head = root.GetProperty("head");
        RequireFields(head, "head", ["n", "index", "proof"]);
        var exported = root.GetProperty("exported");
        RequireFields(exported, "exported", ["by", "at", "filter"]);
        return new BundleManifest
        {
            Trail = new Hash32(Bytes(root, "trail", Hash32.Size)),
            Count = Number(head, "head.n"),
            HeadPosition = Number(head, "head.index"),
            HeadProof = Hashes(head, "head.proof"),
            HeadsHeader = Bytes(root, "heads_header", EntryHeader.Size),
            HeadsBody = Encoding.UTF8.GetBytes(Text(root, "heads_body")),
            HeadsSalt = Bytes(root, "heads_salt", Commitment.SaltSize),
            HeadsIndex = Number(root, "heads_index"),
            HeadsProof = Hashes(root, "heads_proof"),
            Consistency = Hashes(root, "consistency"),
            Origin = Text(root, "origin"),
            Size = Number(root, "size"),
            ExportedJson = exported.GetRawText(),
            IsFiltered = IsFilter(exported.GetProperty("filter")),
            Files = Files(root),
        };
    }

    private static bool IsFilter(JsonElement filter) => filter.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => filter.GetString()!.Length > 0,
        JsonValueKind.Object => filter.EnumerateObject().Any(),
        JsonValueKind.Array => filter.GetArrayLength() > 0,
        _ => true,
    };

    private static Dictionary<string, string> Files(JsonElement root)
    {
        var list = Value(root, "files", JsonValueKind.Object, "an object of file name and SHA-256");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in list.EnumerateObject())
        {
            var hash = file.Value.ValueKind == JsonValueKind.String ? file.Value.GetString()! : "";
            if (!BundleFiles.IsAllowed(file.Name) || file.Name == BundleFiles.Manifest)
                throw Bad("files", $"lists \"{file.Name}\", which cannot be a file of a bundle");
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
                throw Bad("files", $"has no SHA-256 in lower-case hex for {file.Name}");
            files.Add(file.Name, hash);
        }
        return files;
    }

    private static void RequireFields(JsonElement element, string? path, string[] fields)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Bad(path, "is not an object");
        foreach (var property in element.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
                throw Bad(path, $"has the unknown field \"{property.Name}\"");
        }
        foreach (var field in fields)
        {
            if (!element.TryGetProperty(field, out _))
                throw Bad(path, $"lacks the field \"{field}\"");
        }
    }

    /// <param name="parent">The object that holds the field.</param>
    /// <param name="path">Where it stands from the root, its own name last: <c>head.n</c>.</param>
    /// <param name="kind">The kind it must have.</param>
    /// <param name="what">That kind in words.</param>
    private static JsonElement Value(JsonElement parent, string path, JsonValueKind kind, string what)
    {
        var value = parent.GetProperty(path[(path.LastIndexOf('.') + 1)..]);
        return value.ValueKind == kind ? value : throw Bad(path, $"is not {what}");
    }

    private static string Text(JsonElement parent, string path) => Value(parent, path, JsonValueKind.String, "a string").GetString()!;

    private static ulong Number(JsonElement parent, string path) =>
        Value(parent, path, JsonValueKind.Number, "a number").TryGetUInt64(out var number) ? number : throw Bad(path, "is negative");

    private static byte[] Bytes(JsonElement parent, string path, int size) => Decode(Text(parent, path), path, size);

    private static List<byte[]> Hashes(JsonElement parent, string path)
    {
        var hashes = new List<byte[]>();
        foreach (var item in Value(parent, path, JsonValueKind.Array, "a list of base64 hashes").EnumerateArray())
        {
            var at = $"{path}[{hashes.Count}]";
            hashes.Add(Decode(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Bad(at, "is not a string"), at, Hash32.Size));
        }
        return hashes;
    }

    private static byte[] Decode(string text, string path, int size)
    {
        var bytes = new byte[size];
        return Convert.TryFromBase64String(text, bytes, out var written) && written == size && Convert.ToBase64String(bytes) == text
            ? bytes
            : throw Bad(path, $"is not canonical base64 of {size} bytes");
    }

    private static EvidenceException Bad(string? field, string reason) => new(BundleFiles.Manifest, field, null, reason);
}
