using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Builds one canonical JSON object (see <see cref="CanonicalJson"/>) from members in any order. The gateway
/// builds two a request, so members are encoded once, as they come, and only put in order at the end.
/// </summary>
/// <remarks>
/// Text is never refused: a lone surrogate becomes U+FFFD. A name given twice, an integer of 2^53 or more and a
/// body over 64 KiB are mistakes of the caller and throw.
/// </remarks>
public sealed class BodyWriter
{
    private readonly List<Member> _members = new(16);
    private byte[] _values = new byte[512];
    private int _length;

    private readonly record struct Member(string Name, int Start, int Length);

    /// <summary>Adds a string; a null is skipped: absent and null are the same to a reader of the log.</summary>
    public BodyWriter Add(string name, string? value)
    {
        if (value is null)
            return this;
        var start = _length;
        Append(value);
        return Close(name, start);
    }

    /// <summary>Adds an integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">2^53 or more in magnitude.</exception>
    public BodyWriter Add(string name, long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, CanonicalJson.MaxInteger);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -CanonicalJson.MaxInteger);
        var start = _length;
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        _length += written;
        return Close(name, start);
    }

    /// <summary>Adds a boolean.</summary>
    public BodyWriter Add(string name, bool value) => AddLiteral(name, value ? "true"u8 : "false"u8);

    /// <summary>Adds an explicit null, where its being unknown is what is to be recorded.</summary>
    public BodyWriter AddNull(string name) => AddLiteral(name, "null"u8);

    /// <summary>Adds a string, or an explicit null: a member that a reader finds in every entry of its kind.</summary>
    public BodyWriter AddOrNull(string name, string? value) => value is null ? AddNull(name) : Add(name, value);

    /// <summary>Adds a list of strings, in the order given.</summary>
    public BodyWriter Add(string name, IReadOnlyList<string> values)
    {
        var start = _length;
        AppendLiteral("["u8);
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
                AppendLiteral(","u8);
            Append(values[i]);
        }
        AppendLiteral("]"u8);
        return Close(name, start);
    }

    /// <summary>Adds an object; later members of <paramref name="nested"/> are not seen.</summary>
    public BodyWriter Add(string name, BodyWriter nested) => AddLiteral(name, nested.ToBytes(int.MaxValue));

    /// <summary>Adds a list of objects, in the order given.</summary>
    public BodyWriter Add(string name, IReadOnlyList<BodyWriter> values)
    {
        var start = _length;
        AppendLiteral("["u8);
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
                AppendLiteral(","u8);
            AppendLiteral(values[i].ToBytes(int.MaxValue));
        }
        AppendLiteral("]"u8);
        return Close(name, start);
    }

    /// <summary>The canonical bytes.</summary>
    /// <exception cref="InvalidOperationException">A name was added twice.</exception>
    /// <exception cref="BodyTooLargeException">More than 64 KiB.</exception>
    public byte[] ToBytes() => ToBytes(CanonicalJson.MaxBytes);

    /// <summary>The canonical bytes of what is no body (a manifest), or only part of one.</summary>
    internal byte[] ToBytes(int maxBytes)
    {
        var members = CollectionsMarshal.AsSpan(_members);
        Sort(members);

        var most = 2 + _length;
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name)
                throw new InvalidOperationException($"The body has the name \"{members[i].Name}\" twice.");
            most += JsonText.MaxLength(members[i].Name.Length) + 2;
        }

        var output = ArrayPool<byte>.Shared.Rent(most);
        var at = 0;
        output[at++] = (byte)'{';
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
                output[at++] = (byte)',';
            at += JsonText.Write(output.AsSpan(at), members[i].Name);
            output[at++] = (byte)':';
            _values.AsSpan(members[i].Start, members[i].Length).CopyTo(output.AsSpan(at));
            at += members[i].Length;
        }
        output[at++] = (byte)'}';
        var body = at <= maxBytes ? output.AsSpan(0, at).ToArray() : null;
        ArrayPool<byte>.Shared.Return(output);
        return body ?? throw new BodyTooLargeException(at);
    }

    /// <summary>By insertion: a body has a dozen members, often added almost in order.</summary>
    private static void Sort(Span<Member> members)
    {
        if (members.Length > 64) // a body built from what somebody sent: no quadratic surprises
        {
            members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return;
        }
        for (var i = 1; i < members.Length; i++)
        {
            var member = members[i];
            var at = i;
            for (; at > 0 && string.CompareOrdinal(members[at - 1].Name, member.Name) > 0; at--)
                members[at] = members[at - 1];
            members[at] = member;
        }
    }

    private BodyWriter AddLiteral(string name, ReadOnlySpan<byte> json)
    {
        var start = _length;
        AppendLiteral(json);
        return Close(name, start);
    }

    private BodyWriter Close(string name, int start)
    {
        ArgumentNullException.ThrowIfNull(name);
        _members.Add(new Member(WellFormed(name), start, _length - start));
        return this;
    }

    private void Append(string text)
    {
        if (text.Length > CanonicalJson.MaxBytes) // a character takes at least a byte: do not even encode it
            throw new BodyTooLargeException(text.Length);
        _length += JsonText.Write(Room(JsonText.MaxLength(text.Length)), text);
    }

    private void AppendLiteral(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        _length += json.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int bytes)
    {
        if (_values.Length - _length < bytes)
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _length + bytes));
        return _values.AsSpan(_length);
    }

    /// <summary>Names are sorted as UTF-16, so a lone surrogate in one must be replaced before, not while writing.</summary>
    private static string WellFormed(string name)
    {
        foreach (var c in name)
        {
            if (char.IsSurrogate(c))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));
        }
        return name;
    }
}
