using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// heads.json: <c>{"&lt;index&gt;": {"body": string, "salt": base64}}</c>, body and salt of each heads entry. Read as far as it is
/// asked for: in the order of the log, as it is written, one entry at a time is held.
/// </summary>
internal sealed class HeadsFile : IDisposable
{
    /// <summary>Entries that may stand before an earlier one: JSON has no order, and memory an end.</summary>
    private const int MaxAhead = 1 << 20;

    private readonly JsonTokens _tokens;
    private readonly Dictionary<ulong, (byte[] Body, byte[] Salt)> _ahead = [];
    private ulong _next; // the smallest index that was not asked for
    private bool _atEnd;

    /// <exception cref="EvidenceException">There is no such file, or it is no object.</exception>
    public HeadsFile(BundleReader files)
    {
        _tokens = new JsonTokens(files.OpenFile(BundleFiles.Heads));
        Expect(JsonTokenType.StartObject);
    }

    /// <summary>Takes the entry at an index, each larger than the one before.</summary>
    /// <exception cref="EvidenceException">There is none, or the file is not what it should be.</exception>
    public (byte[] Body, byte[] Salt) Take(ulong index)
    {
        _next = index + 1;
        if (_ahead.Remove(index, out var entry))
            return entry;
        while (ReadEntry() is { } read)
        {
            if (read.Index == index)
                return read.Entry;
            Keep(read.Index, read.Entry);
        }
        throw Bad(index, "is missing, though the header at this index is a heads entry");
    }

    /// <exception cref="EvidenceException">An entry was never taken: no heads entry stands at its index. Or it was given twice.</exception>
    public void RequireEmpty()
    {
        while (ReadEntry() is { } read)
            Keep(read.Index, read.Entry);
        if (_ahead.Count > 0)
            throw Bad(_ahead.Keys.Min(), "is given, but the header at this index is no heads entry");
    }

    public void Dispose() => _tokens.Dispose();

    private void Keep(ulong index, (byte[] Body, byte[] Salt) entry)
    {
        if (index < _next)
            throw Bad(index, "is given, but the header at this index is no heads entry, or it is given twice");
        if (!_ahead.TryAdd(index, entry))
            throw Bad(index, "is given twice");
        if (_ahead.Count > MaxAhead)
            throw Bad(index, $"stands before more than {MaxAhead} earlier ones; write the entries in the order of their indices");
    }

    /// <returns>Null at the end.</returns>
    private (ulong Index, (byte[] Body, byte[] Salt) Entry)? ReadEntry()
    {
        if (_atEnd)
            return null;
        if (Next(out var key) != JsonTokenType.PropertyName)
        {
            _atEnd = true;
            Next(out _); // only the end may follow; anything else throws
            return null;
        }
        if (!ulong.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index.ToString(CultureInfo.InvariantCulture) != key)
            throw Bad(null, $"\"{key}\" is no index");
        string? body = null, salt = null;
        Expect(JsonTokenType.StartObject);
        while (Next(out var name) == JsonTokenType.PropertyName)
        {
            var value = Expect(JsonTokenType.String);
            if (name == "body" && body is null)
                body = value;
            else if (name == "salt" && salt is null)
                salt = value;
            else
                throw Bad(index, $"has the field \"{name}\", which is unknown or doubled");
        }
        var bytes = new byte[Commitment.SaltSize];
        return body is not null && salt is not null && Convert.TryFromBase64String(salt, bytes, out var written)
            && written == bytes.Length && Convert.ToBase64String(bytes) == salt
            ? (index, (Encoding.UTF8.GetBytes(body), bytes))
            : throw Bad(index, "lacks its body, or its salt in canonical base64 of 32 bytes");
    }

    private string? Expect(JsonTokenType type) => Next(out var text) is var found && found == type
        ? text
        : throw Bad(null, $"has {found} at byte {_tokens.Position} where {type} must stand");

    /// <returns><see cref="JsonTokenType.None"/> at the end.</returns>
    private JsonTokenType Next(out string? text)
    {
        try
        {
            return _tokens.Next(out text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for a lone surrogate
        {
            throw Bad(null, "is not an object of index and heads entry");
        }
    }

    private static EvidenceException Bad(ulong? index, string reason) => new(BundleFiles.Heads, null, index, reason);
}
