using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AccessBroker.Evidence;

/// <summary>
/// The members of a body that tables show, found in one pass and left where they lie. Bodies are canonical, so their names ascend as ours do
/// and a string stands as <see cref="JsonText"/> would write it.
/// </summary>
internal sealed class BodyMembers
{
    /// <summary>By <see cref="BodyMember"/>.</summary>
    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "actor", "admin", "audit", "code", "grant", "host", "ip", "kind", "method", "operation", "path", "provider", "reason", "request", "review",
            "scope_hash", "session", "status", "target", "tenant", "user_agent",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private readonly (int Start, int Length)[] _values = new (int, int)[Names.Length];
    private byte[] _body = new byte[1024];
    private byte[] _text = [];
    private int _next; // the first name that is not behind the last one found

    /// <summary>Whether there is a body and it has members at all.</summary>
    public bool IsObject { get; private set; }

    public void Clear()
    {
        Array.Clear(_values);
        (_next, IsObject) = (0, false);
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        if (!TryReadCanonical(body) && !body.IsEmpty)
            ReadInAnyOrder(body);
    }

    /// <summary>True where the body is canonical, of whatever length; false where it is not, or <see cref="CanonicalScan"/> does not see that it is.</summary>
    public bool TryReadCanonical(ReadOnlySpan<byte> body)
    {
        Clear();
        if (_body.Length < body.Length)
            _body = new byte[Math.Max(_body.Length * 2, body.Length)];
        body.CopyTo(_body);
        if (!Utf8.IsValid(body) || !new CanonicalScan(body, this).IsCanonical())
            return false;
        IsObject = body[0] == (byte)'{';
        return true;
    }

    /// <summary>The next member of the body, whose name is beyond the one before.</summary>
    /// <param name="name">ASCII, without escapes.</param>
    public void Take(ReadOnlySpan<byte> name, int start, int end)
    {
        for (; _next < Names.Length; _next++)
        {
            var order = name.SequenceCompareTo(Names[_next]);
            if (order < 0)
                return;
            if (order == 0)
                _values[_next] = (start, end - start);
        }
    }

    /// <summary>A string as it stands in the body, with its quotes and escapes; empty where the member is none.</summary>
    public ReadOnlySpan<byte> Json(BodyMember member) => Value(member) is [(byte)'"', ..] text ? text : default;

    /// <inheritdoc cref="Json(BodyMember)"/>
    public ReadOnlySpan<byte> Json(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
                return Json((BodyMember)i);
        }
        return default;
    }

    /// <summary>An integer, where the member is one.</summary>
    public long? Number(BodyMember member)
    {
        var json = Value(member);
        return Utf8Parser.TryParse(json, out long number, out var read) && read == json.Length ? number : null;
    }

    /// <summary>What a cell shows, valid until the next call: a string's text, any other value's JSON. False where the member is absent or null.</summary>
    public bool TryCell(BodyMember member, out ReadOnlySpan<byte> text)
    {
        text = Value(member);
        if (text.IsEmpty || text.SequenceEqual("null"u8))
            return false;
        if (text[0] == (byte)'"')
            text = text.Contains((byte)'\\') ? Unescape(text) : text[1..^1];
        return true;
    }

    private ReadOnlySpan<byte> Value(BodyMember member)
    {
        var (start, length) = _values[(int)member];
        return _body.AsSpan(start, length);
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> json)
    {
        if (_text.Length < json.Length)
            _text = new byte[Math.Max(_text.Length * 2, json.Length)];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return _text.AsSpan(0, reader.CopyString(_text));
    }

    /// <summary>For the few bodies of which <see cref="CanonicalScan"/> does not see that they are canonical: those with names beyond plain ASCII.</summary>
    private void ReadInAnyOrder(ReadOnlySpan<byte> body)
    {
        Array.Clear(_values);
        var reader = new Utf8JsonReader(body);
        reader.Read();
        IsObject = reader.TokenType == JsonTokenType.StartObject;
        while (IsObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = -1;
            for (var i = 0; i < Names.Length && member < 0; i++)
                member = reader.ValueTextEquals(Names[i]) ? i : -1;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (member >= 0)
                _values[member] = (start, (int)reader.BytesConsumed - start);
        }
    }
}
