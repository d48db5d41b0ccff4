using System.Buffers;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// entries.csv: the trail as a table for spreadsheets (RFC 4180, UTF-8, CRLF). Every cell but <c>idx</c> follows
/// from the proved header and body, so that a verifier can write the table again and compare.
/// </summary>
/// <remarks>
/// What people typed reaches a program that runs formulas: a cell that begins like one gets an apostrophe
/// before it (OWASP, CSV injection). <c>leaf</c> is lower-case hex, which never begins like a formula.
/// </remarks>
internal sealed class EntriesCsv
{
    /// <summary>Members of the body that have a column of their own, as <see cref="HeadRow"/> names them.</summary>
    private static readonly BodyMember[] Members =
    [
        BodyMember.Kind, BodyMember.Actor, BodyMember.Tenant, BodyMember.Grant, BodyMember.Session, BodyMember.Target, BodyMember.Operation, BodyMember.Method,
        BodyMember.Path, BodyMember.Status,
    ];

    private static readonly SearchValues<byte> MustQuote = SearchValues.Create(",\"\r\n;"u8);

    private readonly Stream _output;
    private readonly RowBuffer _row = new();
    private readonly TableEntry _entry = new();

    /// <summary>Writes the head row.</summary>
    public EntriesCsv(Stream output)
    {
        _output = output;
        output.Write(HeadRow);
    }

    /// <summary>The names of the columns.</summary>
    public static ReadOnlySpan<byte> HeadRow =>
        "idx,leaf,seq,time,class,kind,actor,tenant,grant,session,target,operation,method,path,status,id,ref,body\r\n"u8;

    /// <summary>Adds a row.</summary>
    public void Write(ulong index, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body) =>
        Write(index, _entry.Set(leaf, header, state, body));

    /// <inheritdoc cref="Write(ulong, Hash32, in EntryHeader, BodyState, ReadOnlySpan{byte})"/>
    public void Write(ulong index, TableEntry entry)
    {
        _row.Clear();
        _row.Append(index);
        AppendAfterIndex(_row, entry);
        _output.Write(_row.Written);
    }

    /// <summary>Nothing is held back.</summary>
    public void Flush() => _output.Flush();

    /// <summary>The row without the digits of its <c>idx</c>; begins with the comma after it.</summary>
    public static void AppendAfterIndex(RowBuffer row, TableEntry entry)
    {
        AppendField(row, entry.Leaf);
        row.Append((byte)',');
        row.Append(entry.Header.Seq);
        AppendField(row, entry.Time);
        AppendField(row, entry.Class);
        foreach (var member in Members)
        {
            row.Append((byte)',');
            if (entry.Members.TryCell(member, out var text))
                AppendCell(row, text);
        }
        AppendField(row, entry.Id);
        AppendField(row, entry.Ref);
        AppendField(row, entry.Body);
        row.Append("\r\n"u8);
    }

    /// <summary>What nobody typed.</summary>
    private static void AppendField(RowBuffer row, ReadOnlySpan<byte> text)
    {
        row.Append((byte)',');
        row.Append(text);
    }

    private static void AppendCell(RowBuffer row, ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty)
            return;
        var isFormula = BeginsLikeAFormula(cell);
        var isQuoted = cell.ContainsAny(MustQuote) || (!isFormula && BeginsWithSpace(cell)) || EndsWithSpace(cell);
        if (isQuoted)
            row.Append((byte)'"');
        if (isFormula)
            row.Append((byte)'\'');
        int quote;
        while (isQuoted && (quote = cell.IndexOf((byte)'"')) >= 0)
        {
            row.Append(cell[..(quote + 1)]);
            row.Append((byte)'"');
            cell = cell[(quote + 1)..];
        }
        row.Append(cell);
        if (isQuoted)
            row.Append((byte)'"');
    }

    private static bool BeginsLikeAFormula(ReadOnlySpan<byte> cell)
    {
        if (cell[0] is (byte)'\t' or (byte)'\r' or (byte)'\n' or 0)
            return true;
        Rune first = default;
        while (!cell.IsEmpty && Rune.IsWhiteSpace(first = First(cell, out var length)))
            cell = cell[length..];
        return !cell.IsEmpty && first.Value is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠';
    }

    private static bool BeginsWithSpace(ReadOnlySpan<byte> cell) => Rune.IsWhiteSpace(First(cell, out _));

    private static bool EndsWithSpace(ReadOnlySpan<byte> cell)
    {
        Rune.DecodeLastFromUtf8(cell, out var last, out _);
        return Rune.IsWhiteSpace(last);
    }

    private static Rune First(ReadOnlySpan<byte> cell, out int length)
    {
        Rune.DecodeFromUtf8(cell, out var first, out length);
        return first;
    }
}
