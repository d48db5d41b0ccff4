using System.Text;
using System.Text.Json;

namespace AccessBroker.Evidence.Tests;

/// <summary>Entries as one file without proofs.</summary>
public class EntryFileTests
{
    private static readonly EntryHeader Header = new(1_795_000_000_123_456, EntryClass.Outcome, 7, Guid.Parse("0190a000-0000-7000-8000-000000000001"), Guid.Parse("0190a000-0000-7000-8000-000000000002"), default, default, default, 3, 4);

    [Fact]
    public void Ndjson_EachLine_HoldsPlaceHeaderAndTheExactBody()
    {
        var body = Encoding.UTF8.GetBytes("""{"kind":"http.outcome","path":"a\nb","tenant":"acme"}""");
        var lines = Write(EntryFormat.Ndjson, BundleEntry.With(42, Header.ToArray(), new byte[32], body), BundleEntry.Erased(43, Header.ToArray())).TrimEnd('\n').Split('\n');

        Assert.Equal(2, lines.Length);
        using var whole = JsonDocument.Parse(lines[0]);
        using var erased = JsonDocument.Parse(lines[1]);
        Assert.Equal(42, whole.RootElement.GetProperty("idx").GetInt64());
        Assert.Equal("2026-11-18T11:06:40.123456Z", whole.RootElement.GetProperty("time").GetString());
        Assert.Equal("outcome", whole.RootElement.GetProperty("class").GetString());
        Assert.Equal(Header.Ref.ToString("D"), whole.RootElement.GetProperty("ref").GetString());
        Assert.Equal(Header.ToArray(), whole.RootElement.GetProperty("header").GetBytesFromBase64());
        Assert.Equal(Encoding.UTF8.GetString(body), whole.RootElement.GetProperty("body").GetRawText());
        Assert.Equal(JsonValueKind.Null, erased.RootElement.GetProperty("body").ValueKind);
    }

    [Theory]
    [InlineData(EntryFormat.Ndjson, "")]
    [InlineData(EntryFormat.Csv, "idx,leaf,seq,time,class,kind,actor,tenant,grant,session,target,operation,method,path,status,id,ref,body\r\n")]
    [InlineData(EntryFormat.Ocsf, "")]
    public void NoEntry_TheFileIsStillOneOfItsFormat(EntryFormat format, string expected) => Assert.Equal(expected, Write(format));

    [Theory]
    [InlineData(EntryFormat.Ndjson)]
    [InlineData(EntryFormat.Csv)]
    [InlineData(EntryFormat.Parquet)]
    [InlineData(EntryFormat.Ocsf)]
    public void WithoutContent_NoFormatHoldsWhatACustomersDataSays(EntryFormat format)
    {
        var body = Encoding.UTF8.GetBytes("""{"actor":"a","host":"SECRET","ip":"SECRET","kind":"http.intent","method":"GET","operation":"tickets.read","path":"/SECRET","query":"SECRET","reason":"SECRET","tenant":"acme"}""");
        using var output = new MemoryStream();
        var file = new EntryFile(format, output, content: false);
        file.Add(BundleEntry.With(42, Header.ToArray(), new byte[32], body));
        file.Complete();

        var text = Encoding.Latin1.GetString(output.ToArray());
        Assert.Contains("tickets.read", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal);
    }

    private static string Write(EntryFormat format, params BundleEntry[] entries)
    {
        using var output = new MemoryStream();
        var file = new EntryFile(format, output);
        foreach (var entry in entries)
            file.Add(entry);
        file.Complete();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
