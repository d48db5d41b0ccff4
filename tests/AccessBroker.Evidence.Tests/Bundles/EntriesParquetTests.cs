using System.Buffers.Binary;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace AccessBroker.Evidence.Tests;

/// <summary>entries.parquet, as an implementation that is not ours reads it, and as a forger changes it.</summary>
public class EntriesParquetTests
{
    private static readonly Scene Scene = new();

    [Fact]
    public async Task Bundle_ItsTable_IsReadByAnotherImplementationAndSaysTheSameAsTheCsv()
    {
        var bundle = Scene.Bundle(withhold: [5]);
        var csv = (await File.ReadAllLinesAsync(Path.Combine(bundle, BundleFiles.Entries)))[1..].Select(line => line.Split(',')).ToList();
        await using var table = await ParquetReader.CreateAsync(Path.Combine(bundle, BundleFiles.Parquet));

        Assert.Equal(
            ["idx", "leaf", "seq", "time", "class", "kind", "actor", "tenant", "grant", "session", "target", "operation", "method", "path", "status", "id", "ref", "body"],
            table.Schema.DataFields.Select(f => f.Name));
        Assert.Equal(1, table.RowGroupCount);
        using var group = table.OpenRowGroupReader(0);
        Assert.Equal(csv.Count, group.RowCount);
        Assert.Equal(csv.Select(row => long.Parse(row[0])), await Numbers(group, Field(table, "idx")));
        Assert.Equal(csv.Select(row => row[1]), await Texts(group, Field(table, "leaf")));
        Assert.Equal(csv.Select(row => row[5]), (await Texts(group, Field(table, "kind"))).Select(kind => kind ?? ""));
        Assert.Equal(csv.Select(row => row[13]), (await Texts(group, Field(table, "path"))).Select(path => path ?? ""));
        Assert.Equal(csv.Select(row => row[17]), await Texts(group, Field(table, "body")));
        var times = new DateTime[csv.Count];
        await group.ReadAsync<DateTime>(Field(table, "time"), times);
        Assert.Equal(csv.Select(row => row[3]), times.Select(time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'")));
        var status = new long?[csv.Count];
        await group.ReadAsync<long>(Field(table, "status"), status);
        Assert.Contains(200L, status);
        Assert.Contains(null, status);
    }

    [Fact]
    public async Task Write_MoreRowsThanAGroupHolds_EveryRowOfEveryGroupIsRead()
    {
        const int rows = (2 * EntryRows.MaxRows) + 17;
        using var output = new MemoryStream();
        var table = new EntriesParquet(output);
        for (var i = 0; i < rows; i++)
        {
            var header = new EntryHeader(1_795_000_000_123_456 + i, EntryClass.Event, (ulong)i, Guid.Empty, Guid.Empty, default, default, default, 1, 1);
            var body = i % 3 == 0 ? default : Encoding.UTF8.GetBytes($$"""{"kind":"k{{i}}","path":"/ü/{{i}}"}""");
            table.Write((ulong)i * 7, Hash32.OfLeaf(header.ToArray()), header, i % 3 == 0 ? BodyState.Erased : BodyState.Present, body);
        }
        table.Complete();

        output.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(output);
        var (indices, paths) = (new List<long>(), new List<string?>());
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            indices.AddRange(await Numbers(group, Field(reader, "idx")));
            paths.AddRange(await Texts(group, Field(reader, "path")));
        }
        Assert.Equal(3, reader.RowGroupCount);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => i * 7L), indices);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? null : $"/ü/{i}"), paths);
    }

    [Theory]
    [InlineData("/orgs/acme/tickets/3", "/orgs/acme/tickets/9", "entries.parquet path")]
    [InlineData("present", "withheld", "entries.parquet body")]
    [InlineData("AccessBroker", "ExcessBroker", "entries.parquet: its end")]
    [InlineData("PAR1", "PAR2", "entries.parquet: does not begin")]
    public void Verify_TamperedTable_FailsThoughItsHashFits(string from, string to, string named)
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Parquet);
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.True(at >= 0);
        Encoding.ASCII.GetBytes(to).AsSpan(0, from.Length).CopyTo(bytes.AsSpan(at));
        File.WriteAllBytes(path, bytes);
        Scene.Rehash(bundle);

        Assert.StartsWith(named, Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)] // as the one before, or before it
    [InlineData(99)] // beyond the checkpoint
    [InlineData(-1)]
    public void Verify_TamperedIndex_NamesTheEntry(long index)
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Parquet);
        var bytes = File.ReadAllBytes(path);
        var csv = File.ReadAllLines(Path.Combine(bundle, BundleFiles.Entries));
        var pair = new byte[2 * sizeof(long)]; // the indices of entries 1 and 2, side by side
        BinaryPrimitives.WriteInt64LittleEndian(pair, long.Parse(csv[2].Split(',')[0]));
        BinaryPrimitives.WriteInt64LittleEndian(pair.AsSpan(sizeof(long)), long.Parse(csv[3].Split(',')[0]));
        var at = bytes.AsSpan().IndexOf(pair);
        Assert.True(at >= 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + sizeof(long)), index);
        File.WriteAllBytes(path, bytes);
        Scene.Rehash(bundle);

        Assert.Matches("^entries.parquet idx entry [0-9]+: does not ascend, or lies beyond the checkpoint", Scene.Verify(bundle).Failure!.Message);
    }

    [Fact]
    public void Verify_TableCutOffOrContinued_FailsThoughItsHashFits()
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Parquet);
        var honest = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 3, 4, 20, honest.Length / 2, honest.Length - 1 })
        {
            File.WriteAllBytes(path, honest[..length]);
            Scene.Rehash(bundle);
            Assert.StartsWith("entries.parquet", Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
        }
        File.WriteAllBytes(path, [.. honest, 0]);
        Scene.Rehash(bundle);
        Assert.StartsWith("entries.parquet", Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
    }

    private static DataField Field(ParquetReader table, string name) => table.Schema.DataFields.Single(f => f.Name == name);

    private static async Task<long[]> Numbers(ParquetRowGroupReader group, DataField field)
    {
        var values = new long[group.RowCount];
        await group.ReadAsync<long>(field, values);
        return values;
    }

    private static async Task<string?[]> Texts(ParquetRowGroupReader group, DataField field)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values!);
        return values;
    }
}
