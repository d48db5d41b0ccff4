using System.Buffers;
using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// Entries as the columns of a Parquet table, one row group at a time. A group ends after <see cref="MaxRows"/> rows or <see cref="MaxSize"/> of
/// what they hold, so that neither who writes nor who checks needs more memory for a longer trail.
/// </summary>
internal sealed class EntryRows
{
    /// <summary>Part of the format: another number would be another file.</summary>
    public const int MaxRows = 4096, MaxSize = 4 << 20;

    private static readonly string[] Members = ["kind", "actor", "tenant", "grant", "session", "target", "operation", "method", "path"];

    private readonly ParquetColumn _idx = new("idx", ParquetKind.Number, optional: false);
    private readonly ParquetColumn _leaf = new("leaf", ParquetKind.Text, optional: false);
    private readonly ParquetColumn _seq = new("seq", ParquetKind.Number, optional: false);
    private readonly ParquetColumn _time = new("time", ParquetKind.Time, optional: false);
    private readonly ParquetColumn _class = new("class", ParquetKind.Text, optional: false);
    private readonly ParquetColumn[] _members = [.. Members.Select(name => new ParquetColumn(name, ParquetKind.Text, optional: true))];
    private readonly ParquetColumn _status = new("status", ParquetKind.Number, optional: true);
    private readonly ParquetColumn _id = new("id", ParquetKind.Text, optional: false);
    private readonly ParquetColumn _ref = new("ref", ParquetKind.Text, optional: true);
    private readonly ParquetColumn _body = new("body", ParquetKind.Text, optional: false);
    private readonly ParquetFooter _footer;
    private long _offset = ParquetFooter.Magic.Length;

    public EntryRows()
    {
        Columns = [_idx, _leaf, _seq, _time, _class, .. _members, _status, _id, _ref, _body];
        _footer = new ParquetFooter(Columns);
    }

    /// <summary>In the order in which they stand in the file, <c>idx</c> first.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Rows of the group that is being filled.</summary>
    public int Count => _leaf.Count;

    public bool IsFull => Count >= MaxRows || Columns.Sum(c => c.Size) >= MaxSize;

    /// <summary>The index in the log, which alone does not follow from header and body.</summary>
    public void AddIndex(ulong index) => _idx.Add((long)index);

    /// <summary>Everything but the index.</summary>
    public void Add(Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        _leaf.Add(leaf.ToHex());
        _seq.Add((long)header.Seq);
        _time.Add(header.Time);
        _class.Add(header.Class.ToString().ToLowerInvariant());
        AddMembers(state == BodyState.Present ? body : default);
        _id.Add(header.Id.ToString("D"));
        _ref.Add(header.Ref == Guid.Empty ? null : header.Ref.ToString("D"));
        _body.Add(state.ToString().ToLowerInvariant());
    }

    /// <summary>The group's columns as they lie in the file, each with its name; nothing is left in memory of them.</summary>
    public IEnumerable<(string Column, ReadOnlyMemory<byte> Bytes)> TakeGroup()
    {
        var rows = Count;
        var chunks = new ParquetChunk[Columns.Count];
        var page = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Columns.Count; i++)
        {
            page.ResetWrittenCount();
            Columns[i].WritePage(page);
            chunks[i] = new ParquetChunk(_offset, page.WrittenCount);
            _offset += page.WrittenCount;
            yield return (Columns[i].Name, page.WrittenMemory);
        }
        _footer.Add(rows, chunks);
    }

    /// <summary>What stands after the last group.</summary>
    public byte[] Footer() => _footer.ToBytes();

    private void AddMembers(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        using var document = body.IsEmpty ? null : JsonDocument.TryParseValue(ref reader, out var read) ? read : null;
        var json = document is { RootElement: { ValueKind: JsonValueKind.Object } root } ? root : (JsonElement?)null;
        for (var i = 0; i < Members.Length; i++)
            _members[i].Add(json is { } members && members.TryGetProperty(Members[i], out var value) ? Text(value) : null);
        _status.Add(json is { } with && with.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt64(out var number) ? number : null);
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
