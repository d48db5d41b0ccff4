using System.Text.Json;
using AccessBroker.Contracts;

namespace AccessBroker.Cli.Tests;

public sealed class PrinterTests
{
    private static readonly Me Dana = new(Guid.Empty, "Dana\e[2J Ruiz", "Northwind", ["engineer"], "demo");

    [Fact]
    public void One_Json_NamesItsSchemaFirst()
    {
        using var host = new TestHost();
        new Printer(host.Host, OutputFormat.Json).One(Dana, Shapes.Me);

        var first = JsonDocument.Parse(host.Out).RootElement.EnumerateObject().First();
        Assert.Equal("schema", first.Name);
        Assert.Equal("accessbroker/me/v1", first.Value.GetString());
    }

    [Fact]
    public void Many_Json_IsOneDocumentWithItemsAndNext()
    {
        using var host = new TestHost();
        new Printer(host.Host, OutputFormat.Json).Many([Dana, Dana], "17", Shapes.Me, "");

        var list = JsonDocument.Parse(host.Out).RootElement;
        Assert.Equal("accessbroker/me-list/v1", list.GetProperty("schema").GetString());
        Assert.Equal(2, list.GetProperty("items").GetArrayLength());
        Assert.Equal("17", list.GetProperty("next").GetString());
    }

    [Fact]
    public void Many_Table_KeepsOthersTextFromSteeringTheTerminal()
    {
        using var host = new TestHost();
        new Printer(host.Host, OutputFormat.Table).Many([Dana], null, Shapes.Me, "");

        Assert.StartsWith("NAME", host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', host.Out);
    }

    [Fact]
    public void Many_Tsv_IsALineAHeaderAndALineAnItem()
    {
        using var host = new TestHost();
        new Printer(host.Host, OutputFormat.Tsv).Many([Dana with { Name = "a\tb\nc" }], null, Shapes.Me, "");

        var lines = host.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[0].Split('\t').Length, lines[1].Split('\t').Length);
    }

    [Fact]
    public void Many_EmptyTable_TalksAndPrintsNoData()
    {
        using var host = new TestHost();
        new Printer(host.Host, OutputFormat.Table).Many([], null, Shapes.Me, "Nobody.");

        Assert.Equal("", host.Out);
        Assert.Contains("Nobody.", host.Error, StringComparison.Ordinal);
    }
}
