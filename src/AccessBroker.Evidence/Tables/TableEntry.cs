using System.Buffers.Text;

namespace AccessBroker.Evidence;

/// <summary>One entry as every table writes it: its header's fields as text and its body's members, made once for all tables.</summary>
internal sealed class TableEntry
{
    private const int UuidSize = 36;
    private static readonly byte[][] Classes = Names<EntryClass>(), States = Names<BodyState>();

    private readonly byte[] _leaf = new byte[2 * Hash32.Size], _id = new byte[UuidSize], _ref = new byte[UuidSize], _time = new byte[EntryTime.MaxLength];
    private readonly byte[] _trail = new byte[4 * ((Hash32.Size + 2) / 3)];
    private Hash32? _trailOf;
    private int _timeLength;
    private bool _hasRef;

    public EntryHeader Header { get; private set; }

    public BodyState State { get; private set; }

    /// <summary>Of the body; none where it is not there.</summary>
    public BodyMembers Members { get; } = new();

    /// <summary>Lower-case hex.</summary>
    public ReadOnlySpan<byte> Leaf => _leaf;

    /// <summary>As <see cref="EntryTime.Format(long)"/> writes it.</summary>
    public ReadOnlySpan<byte> Time => _time.AsSpan(0, _timeLength);

    /// <summary>As a UUID is usually written.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>Like <see cref="Id"/>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Ref => _hasRef ? _ref : default;

    /// <summary>Like <see cref="Id"/>, also where there is none.</summary>
    public ReadOnlySpan<byte> RefOrZero => _ref;

    /// <summary>Base64.</summary>
    public ReadOnlySpan<byte> Trail => _trail;

    /// <summary>The class's name in lower case.</summary>
    public ReadOnlySpan<byte> Class => Classes[(int)Header.Class];

    /// <summary>The name of <see cref="State"/> in lower case.</summary>
    public ReadOnlySpan<byte> Body => States[(int)State];

    /// <summary>Makes this the entry given. Nothing of it is referred to afterwards.</summary>
    public TableEntry Set(in Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        if (state == BodyState.Present)
            Members.Read(body);
        else
            Members.Clear();
        return Set(leaf, header, state);
    }

    /// <summary>The same where <see cref="Members"/> are the entry's already.</summary>
    public TableEntry Set(in Hash32 leaf, in EntryHeader header, BodyState state)
    {
        (Header, State) = (header, state);
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        leaf.CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, _leaf, out _);
        if (_trailOf != header.Trail) // one for all of a bundle
        {
            header.Trail.CopyTo(bytes);
            Base64.EncodeToUtf8(bytes, _trail, out _, out _);
            _trailOf = header.Trail;
        }
        _timeLength = EntryTime.Format(header.Time, _time);
        header.Id.TryFormat(_id, out _);
        header.Ref.TryFormat(_ref, out _);
        _hasRef = header.Ref != Guid.Empty;
        return this;
    }

    private static byte[][] Names<T>() where T : struct, Enum =>
        [.. Enumerable.Range(0, Enum.GetValues<T>().Length).Select(value => System.Text.Encoding.ASCII.GetBytes(((T)Enum.ToObject(typeof(T), value)).ToString().ToLowerInvariant()))];
}
