using System.Security.Cryptography;
using System.Text;

namespace Story.Tampering;

/// <summary>One byte of one file of a bundle changed, on a copy, at a place drawn by chance.</summary>
/// <param name="file">Which file.</param>
/// <param name="choose">Its bytes → which of them to flip, and the words that name it.</param>
/// <param name="field">Which field of the manifest; null in other files.</param>
internal sealed class ByteFlip(string file, Func<byte[], (int At, string Expected)> choose, string? field = null)
{
    private const string Manifest = "manifest.json";
    private const string Table = "entries.csv";

    /// <summary>Every file that carries evidence, and every field of the manifest that is proved.</summary>
    public static IReadOnlyList<ByteFlip> All { get; } =
    [
        new("headers.bin", bytes => Record(bytes, size: 160)),
        new("salts.bin", bytes => Record(bytes, size: 32)),
        new("bodies.jsonl", Line),
        new("checkpoint", bytes => (RandomNumberGenerator.GetInt32(bytes.Length), "checkpoint")),
        new("keys.txt", bytes => (RandomNumberGenerator.GetInt32(bytes.Length), "keys.txt")),
        // Another trail id is first noticed where the first entry states its own.
        Field("trail", "trail"),
        Field("n", "head.n"),
        Field("index", "head.index"),
        Field("proof", "manifest.json", "proof"),
        Field("heads_header", "manifest.json", "heads_header"),
        Field("heads_body", "manifest.json", "heads_body"),
        Field("heads_salt", "manifest.json", "heads_salt"),
        Field("heads_index", "manifest.json", "heads_index"),
        Field("heads_proof", "manifest.json", "heads_proof"),
        Field("consistency", "manifest.json", "consistency"),
        Field("origin", "manifest.json", "origin"),
        Field("size", "manifest.json", "size"),
    ];

    /// <param name="bundle">The folder of the bundle, which stays as it is.</param>
    /// <param name="copy">The folder of the copy, replaced.</param>
    public Flipped Apply(string bundle, string copy)
    {
        Copy(bundle, copy);
        var path = Path.Combine(copy, file);
        var bytes = File.ReadAllBytes(path);
        var (at, expected) = choose(bytes);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
        return new Flipped($"{file} {field}{(field is null ? "" : ", ")}byte {at}", expected);
    }

    /// <summary>The table of entries, whose hash in the manifest is corrected so that only recomputing it can tell.</summary>
    public static Flipped ApplyToTable(string bundle, string copy)
    {
        var flipped = new ByteFlip(Table, Row).Apply(bundle, copy);
        var manifest = Path.Combine(copy, Manifest);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(HashOf(bundle), HashOf(copy), StringComparison.Ordinal));
        return flipped;

        static string HashOf(string folder) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, Table))));
    }

    private static void Copy(string bundle, string copy)
    {
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        Directory.CreateDirectory(copy);
        foreach (var path in Directory.EnumerateFiles(bundle)) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
    }

    private static (int At, string Expected) Record(byte[] bytes, int size)
    {
        var at = RandomNumberGenerator.GetInt32(bytes.Length);
        return (at, $"entry {at / size}");
    }

    private static (int At, string Expected) Line(byte[] bytes)
    {
        var at = RandomNumberGenerator.GetInt32(bytes.Length);
        return (at, $"entry {bytes.AsSpan(0, at).Count((byte)'\n')}");
    }

    /// <summary>A byte of the table past the head row, and past the first column, which a bundle cannot prove.</summary>
    private static (int At, string Expected) Row(byte[] bytes)
    {
        while (true)
        {
            var at = RandomNumberGenerator.GetInt32(bytes.Length);
            var row = bytes.AsSpan(0, at).Count((byte)'\n');
            var start = bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
            if (row > 0 && bytes.AsSpan(start, at - start).Contains((byte)',')) return (at, $"{Table}, entry {row - 1}");
        }
    }

    private static ByteFlip Field(string name, params string[] expected) => new(Manifest, bytes =>
    {
        var places = Places(Encoding.UTF8.GetString(bytes), name);
        return (places[RandomNumberGenerator.GetInt32(places.Count)], string.Join(", ", expected));
    }, name);

    /// <summary>
    /// Where the field's value can be flipped and the manifest stays JSON: in a number the last digit, in strings every letter
    /// and digit that belongs to no escape.
    /// </summary>
    internal static IReadOnlyList<int> Places(string json, string field)
    {
        var name = json.IndexOf($"\"{field}\":", StringComparison.Ordinal);
        Walk.Require(name >= 0, $"manifest.json has no {field}.");
        var start = name + field.Length + 3;
        var end = json[start] switch
        {
            '"' => EndOfString(json, start + 1),
            '[' => json.IndexOf(']', start),
            _ => json.AsSpan(start).IndexOfAnyExceptInRange('0', '9') + start,
        };
        var first = json[start] is '"' or '[' ? start + 1 : end - 1;
        int[] places = [.. Enumerable.Range(first, end - first).Where(i => char.IsAsciiLetterOrDigit(json[i]) && json[i - 1] != '\\')];
        Walk.Require(places.Length > 0, $"{field} of manifest.json is empty.");
        return places;
    }

    private static int EndOfString(string json, int at)
    {
        while (json[at] != '"') at += json[at] == '\\' ? 2 : 1;
        return at;
    }
}
