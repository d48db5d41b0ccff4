using System.Globalization;
using System.Text;
using System.Text.Json;

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
    /// <summary>Members of the body that have a column of their own.</summary>
    private static readonly string[] Members =
        ["kind", "actor", "tenant", "grant", "session", "target", "operation", "method", "path", "status"];

    private readonly Stream _output;
    private readonly StringBuilder _row = new(512);

    /// <summary>Writes the head row.</summary>
    public EntriesCsv(Stream output)
    {
        _output = output;
        output.Write(HeadRow);
    }

    /// <summary>The names of the columns.</summary>
    public static byte[] HeadRow { get; } =
        Encoding.ASCII.GetBytes($"idx,leaf,seq,time,class,{string.Join(',', Members)},id,ref,body\r\n");

    /// <summary>Adds a row.</summary>
    public void Write(ulong index, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        _output.Write(Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
        _output.Write(RowAfterIndex(_row, leaf, header, state, body));
    }

    /// <summary>Nothing is held back.</summary>
    public void Flush() => _output.Flush();

    /// <summary>The row without the digits of its <c>idx</c>; begins with the comma after it.</summary>
    public static byte[] RowAfterIndex(
        StringBuilder row, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        row.Clear();
        row.Append(CultureInfo.InvariantCulture, $",{leaf.ToHex()},{header.Seq},{EntryTime.Format(header.Time)},");
        row.Append(header.Class.ToString().ToLowerInvariant());
        foreach (var cell in Cells(state == BodyState.Present ? body : default))
        {
            row.Append(',');
            AppendCell(row, cell);
        }
        row.Append(CultureInfo.InvariantCulture, $",{header.Id},{(header.Ref == Guid.Empty ? "" : header.Ref.ToString())},");
        row.Append(state.ToString().ToLowerInvariant()).Append("\r\n");
        return Encoding.UTF8.GetBytes(row.ToString());
    }

    private static string[] Cells(ReadOnlySpan<byte> body)
    {
        var cells = new string[Members.Length];
        Array.Fill(cells, "");
        if (body.IsEmpty)
            return cells;
        var reader = new Utf8JsonReader(body);
        if (!JsonDocument.TryParseValue(ref reader, out var document))
            return cells;
        using (document)
        {
            for (var i = 0; i < cells.Length && document.RootElement.ValueKind == JsonValueKind.Object; i++)
            {
                if (document.RootElement.TryGetProperty(Members[i], out var value))
                    cells[i] = Text(value);
            }
        }
        return cells;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static void AppendCell(StringBuilder row, string cell)
    {
        if (cell.Length > 0 && cell.TrimStart() is { Length: > 0 } start && start[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'
            || cell.Length > 0 && cell[0] is '\t' or '\r' or '\n' or '\0')
            cell = "'" + cell;
        if (cell.AsSpan().IndexOfAny(",\"\r\n;") < 0 && cell.Trim().Length == cell.Length)
            row.Append(cell);
        else
            row.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
