using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>heads.json: <c>{"&lt;index&gt;": {"body": string, "salt": base64}}</c>, body and salt of each heads entry.</summary>
internal sealed class HeadsFile
{
    /// <summary>A file larger than this is refused; a heads entry takes about 180 bytes.</summary>
    private const int MaxBytes = 1 << 30;

    private readonly Dictionary<ulong, (byte[] Body, byte[] Salt)> _entries = [];

    /// <exception cref="EvidenceException">Not such a file.</exception>
    public static HeadsFile Read(BundleReader files)
    {
        var heads = new HeadsFile();
        var reader = new Utf8JsonReader(files.ReadAll(BundleFiles.Heads, MaxBytes));
        try
        {
            Expect(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                heads.ReadEntry(ref reader);
            reader.Read(); // only the end may follow; anything else throws
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad(null, "is not an object of index and heads entry");
        }
        return heads;
    }

    /// <summary>Entries not taken yet.</summary>
    public int Count => _entries.Count;

    /// <summary>Takes the entry at an index.</summary>
    /// <exception cref="EvidenceException">There is none.</exception>
    public (byte[] Body, byte[] Salt) Take(ulong index) =>
        _entries.Remove(index, out var entry) ? entry : throw Bad(index, "is missing, though the header at this index is a heads entry");

    /// <exception cref="EvidenceException">An entry was never taken: no heads entry stands at its index.</exception>
    public void RequireEmpty()
    {
        if (_entries.Count > 0)
            throw Bad(_entries.Keys.Min(), "is given, but the header at this index is no heads entry");
    }

    private void ReadEntry(ref Utf8JsonReader reader)
    {
        var key = reader.GetString()!;
        if (!ulong.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index.ToString(CultureInfo.InvariantCulture) != key)
            throw Bad(null, $"\"{key}\" is no index");
        string? body = null, salt = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            Expect(ref reader, JsonTokenType.String);
            if (name == "body" && body is null)
                body = reader.GetString();
            else if (name == "salt" && salt is null)
                salt = reader.GetString();
            else
                throw Bad(index, $"has the field \"{name}\", which is unknown or doubled");
        }
        var bytes = new byte[Commitment.SaltSize];
        if (body is null || salt is null || !Convert.TryFromBase64String(salt, bytes, out var written)
            || written != bytes.Length || Convert.ToBase64String(bytes) != salt)
            throw Bad(index, "lacks its body, or its salt in canonical base64 of 32 bytes");
        if (!_entries.TryAdd(index, (Encoding.UTF8.GetBytes(body), bytes)))
            throw Bad(index, "is given twice");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw Bad(null, $"has {reader.TokenType} at byte {reader.TokenStartIndex} where {type} must stand");
    }

    private static EvidenceException Bad(ulong? index, string reason) => new(BundleFiles.Heads, null, index, reason);
}
