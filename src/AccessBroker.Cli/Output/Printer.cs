using System.Text.Json;

namespace AccessBroker.Cli;

internal enum OutputFormat
{
    Table,
    Json,
    Tsv,
}

/// <summary>Writes answers to stdout: a table for people, JSON or TSV for programs.</summary>
internal sealed class Printer(CliHost host, OutputFormat format)
{
    public bool IsForPeople => format == OutputFormat.Table;

    public void One<T>(T item, Shape<T> shape)
    {
        switch (format)
        {
            case OutputFormat.Json:
                WriteJson(json => WriteObject(json, shape.Schema, JsonSerializer.SerializeToElement(item, shape.Json)));
                break;
            case OutputFormat.Tsv:
                WriteTsv([item], shape.Columns);
                break;
            default:
                var rows = shape.Columns.Select(c => (string[])[c.Header, Clean(c.Value(item))]).Where(r => r[1].Length > 0);
                WriteRows(rows.ToList());
                break;
        }
    }

    /// <param name="next">Where the rest begins; null where this is all.</param>
    public void Many<T>(IReadOnlyList<T> items, string? next, Shape<T> shape, string whenEmpty)
    {
        switch (format)
        {
            case OutputFormat.Json:
                WriteJson(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("schema", shape.ListSchema);
                    json.WriteStartArray("items");
                    foreach (var item in items) JsonSerializer.Serialize(json, item, shape.Json);
                    json.WriteEndArray();
                    if (next is null) json.WriteNull("next"); else json.WriteString("next", next);
                    json.WriteEndObject();
                });
                break;
            case OutputFormat.Tsv:
                WriteTsv(items, shape.Columns);
                break;
            case OutputFormat.Table when items.Count == 0:
                host.Talk(whenEmpty);
                break;
            default:
                var rows = items.Select(item => shape.Columns.Select(c => Clean(c.Value(item))).ToArray());
                WriteRows([shape.Columns.Select(c => c.Header.ToUpperInvariant()).ToArray(), .. rows]);
                if (next is not null) host.Talk($"There is more: --after {next}");
                break;
        }
    }

    private void WriteJson(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(host.OutBytes, new() { Indented = host.OutIsTerminal })) write(json);
        host.OutBytes.WriteByte((byte)'\n');
        host.OutBytes.Flush();
    }

    private static void WriteObject(Utf8JsonWriter json, string schema, JsonElement item)
    {
        json.WriteStartObject();
        json.WriteString("schema", schema);
        foreach (var property in item.EnumerateObject()) property.WriteTo(json);
        json.WriteEndObject();
    }

    private void WriteTsv<T>(IReadOnlyList<T> items, IReadOnlyList<Column<T>> columns)
    {
        host.Out.Write(string.Join('\t', columns.Select(c => c.Header)) + "\n");
        foreach (var item in items) host.Out.Write(string.Join('\t', columns.Select(c => Clean(c.Value(item)))) + "\n");
        host.Out.Flush();
    }

    private void WriteRows(List<string[]> rows)
    {
        if (rows.Count == 0) return;
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) => i == row.Length - 1 ? cell : cell.PadRight(widths[i]));
            host.Out.Write(string.Join("  ", cells).TrimEnd() + "\n");
        }
        host.Out.Flush();
    }

    // What other people wrote must not move the cursor, colour the terminal or break a row.
    private static string Clean(string? cell) =>
        cell is null ? "" : string.Concat(cell.Select(c => char.IsControl(c) ? ' ' : c));
}
