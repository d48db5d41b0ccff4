using System.Buffers;

namespace AccessBroker.Evidence;

/// <summary>
/// Entries as the columns of a Parquet table, one row group at a time. A group ends after <see cref="MaxRows"/> rows or <see cref="MaxSize"/> of
/// what they hold, so that neither who writes nor who checks needs more memory for a longer trail.
/// </summary>
internal sealed class EntryRows
{
    /// <summary>Part of the format: another number would be another file.</summary>
    public const int MaxRows = 4096, MaxSize = 4 << 20;

    private static readonly (string Name, BodyMember Member)[] Members =
    [
        ("kind", BodyMember.Kind), ("actor", BodyMember.Actor), ("tenant", BodyMember.Tenant), ("grant", BodyMember.Grant), ("session", BodyMember.Session),
        ("target", BodyMember.Target), ("operation", BodyMember.Operation), ("method", BodyMember.Method), ("path", BodyMember.Path),
    ];

    private readonly ParquetColumn _idx = new("idx", ParquetKind.Number, optional: false);
    private readonly ParquetColumn _leaf = new("leaf", ParquetKind.Text, optional: false);
    private readonly ParquetColumn _seq = new("seq", ParquetKind.Number, optional: false);
    private readonly ParquetColumn _time = new("time", ParquetKind.Time, optional: false);
    private readonly ParquetColumn _class = new("class", ParquetKind.Text, optional: false);
    private readonly ParquetColumn[] _members = [.. Members.Select(m => new ParquetColumn(m.Name, ParquetKind.Text, optional: true))];
    private readonly ParquetColumn _status = new("status", ParquetKind.Number, optional: true);
    private readonly ParquetColumn _id = new("id", ParquetKind.Text, optional: false);
    private readonly ParquetColumn _ref = new("ref", ParquetKind.Text, optional: true);
    private readonly ParquetColumn _body = new("body", ParquetKind.Text, optional: false);
    private readonly ParquetFooter _footer;
    private readonly ArrayBufferWriter<byte> _page = new();
    private long _offset = ParquetFooter.Magic.Length;

    public EntryRows()
    {
        Columns = [_idx, _leaf, _seq, _time, _class, .. _members, _status, _id, _ref, _body];
        _footer = new ParquetFooter(Columns);
    }

    /// <summary>In the order in which they stand in the file, <c>idx</c> first.</summary>
    public ParquetColumn[] Columns { get; }

    /// <summary>Rows of the group that is being filled.</summary>
    public int Count => _leaf.Count;

    public bool IsFull => Count >= MaxRows || Size >= MaxSize;

    /// <summary>The index in the log, which alone does not follow from header and body.</summary>
    public void AddIndex(ulong index) => _idx.Add((long)index);

    /// <summary>Everything but the index.</summary>
    public void Add(TableEntry entry)
    {
        _leaf.Add(entry.Leaf);
        _seq.Add((long)entry.Header.Seq);
        _time.Add(entry.Header.Time);
        _class.Add(entry.Class);
        for (var i = 0; i < Members.Length; i++)
        {
            if (entry.Members.TryCell(Members[i].Member, out var text))
                _members[i].Add(text);
            else
                _members[i].AddNull();
        }
        if (entry.Members.Number(BodyMember.Status) is { } status)
            _status.Add(status);
        else
            _status.AddNull();
        _id.Add(entry.Id);
        if (entry.Ref.IsEmpty)
            _ref.AddNull();
        else
            _ref.Add(entry.Ref);
        _body.Add(entry.Body);
    }

    /// <summary>The group's columns as they lie in the file, each with its name and valid until the next; the group is empty after them.</summary>
    public IEnumerable<(string Column, ReadOnlyMemory<byte> Bytes)> TakeGroup()
    {
        var rows = Count;
        var chunks = new ParquetChunk[Columns.Length];
        for (var i = 0; i < Columns.Length; i++)
        {
            _page.ResetWrittenCount();
            Columns[i].WritePage(_page);
            chunks[i] = new ParquetChunk(_offset, _page.WrittenCount);
            _offset += _page.WrittenCount;
            yield return (Columns[i].Name, _page.WrittenMemory);
        }
        _footer.Add(rows, chunks);
    }

    /// <summary>What stands after the last group.</summary>
    public byte[] Footer() => _footer.ToBytes();

    /// <summary>Bytes of the values in the group that is being filled.</summary>
    private int Size
    {
        get
        {
            var size = 0;
            foreach (var column in Columns)
                size += column.Size;
            return size;
        }
    }
}
