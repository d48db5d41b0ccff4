using System.Text;

namespace Story.Tampering;

/// <summary>One byte of one file of a bundle changed, on a copy.</summary>
/// <param name="File">Which file.</param>
/// <param name="Field">In <c>manifest.json</c>, the field; else null.</param>
/// <param name="NamesEntry">The verifiers must name the entry, not only the file.</param>
internal sealed record ByteFlip(string File, string? Field, bool NamesEntry)
{
    /// <summary>Every file that carries evidence, and every proof of the manifest.</summary>
    public static IReadOnlyList<ByteFlip> All { get; } =
    [
        new("headers.bin", null, NamesEntry: true),
        new("salts.bin", null, NamesEntry: true),
        new("bodies.jsonl", null, NamesEntry: true),
        new("checkpoint", null, NamesEntry: false),
        new("keys.txt", null, NamesEntry: false),
        new("manifest.json", "trail", NamesEntry: false),
        new("manifest.json", "proof", NamesEntry: false),
        new("manifest.json", "heads_header", NamesEntry: false),
        new("manifest.json", "heads_body", NamesEntry: false),
        new("manifest.json", "heads_salt", NamesEntry: false),
        new("manifest.json", "heads_proof", NamesEntry: false),
        new("manifest.json", "consistency", NamesEntry: false),
    ];

    public string Name => Field is null ? File : $"{File} {Field}";

    /// <returns>The copy's folder.</returns>
    public string Apply(string bundle, string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(bundle)) System.IO.File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        var path = Path.Combine(folder, File);
        var bytes = System.IO.File.ReadAllBytes(path);
        var at = Field is null ? bytes.Length / 2 : PositionIn(Encoding.UTF8.GetString(bytes), Field);
        bytes[at] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
        return folder;
    }

    /// <summary>Whether a verifier's sentence names the place: the entry, or the file and field.</summary>
    public bool IsNamedIn(string sentence) => Field switch
    {
        _ when NamesEntry => sentence.Contains("entry ", StringComparison.Ordinal),
        null => sentence.Contains(File, StringComparison.Ordinal),
        // Another trail id is first noticed where the first entry states its own.
        "trail" => sentence.Contains("trail", StringComparison.Ordinal),
        _ => sentence.Contains(File, StringComparison.Ordinal) && sentence.Contains(Family, StringComparison.Ordinal),
    };

    // A proof, and a header with its body and salt, fail together: the field named may be the partner.
    private string Family => Field!.StartsWith("heads_", StringComparison.Ordinal) ? "heads_" : Field == "proof" ? "head" : Field;

    /// <summary>A byte inside the field's first string, past the escaped quote that a JSON text in JSON begins with, and away from base64's last, padded group.</summary>
    private static int PositionIn(string json, string field)
    {
        var name = json.IndexOf($"\"{field}\"", StringComparison.Ordinal);
        Walk.Require(name >= 0, $"manifest.json has no {field}.");
        var start = json.IndexOf('"', json.IndexOf(':', name) + 1) + 1;
        Walk.Require(start > 0 && json.AsSpan(name, start - name).IndexOf(']') < 0, $"{field} of manifest.json is empty.");
        return start + 4;
    }
}
