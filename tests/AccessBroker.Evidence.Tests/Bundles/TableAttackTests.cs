using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// Tables that say the same as the honest ones, or nearly, and are other bytes: what a reader of CSV, JSON or Parquet takes for equal is
/// refused like a forged row, because only one sequence of bytes follows from the proved entries.
/// </summary>
public class TableAttackTests
{
    private const int Rows = 14;
    private static readonly EcdsaTestSigner Signer = new(TestLog.Origin);
    private static readonly TestLog Log = new() { Keys = Signer.Key.ToString() };
    private static readonly string Note = Fill();

    private static readonly Dictionary<string, (Func<string, string> Edit, string Named)> Csv = new()
    {
        ["a quoted cell that needs no quotes"] = (s => Once(s, ",http.intent,", ",\"http.intent\","), "entries.csv entry 0: its row differs"),
        ["no quotes where they are needed"] = (s => Once(s, "\"/a;b/3\"", "/a;b/3"), "entries.csv entry 6: its row differs"),
        ["no apostrophe before a formula"] = (s => Once(s, "'=1+1", "=1+1"), "entries.csv entry 13: its row differs"),
        ["line feed alone"] = (s => Once(s, "present\r\n", "present\n"), "entries.csv entry 0: its row differs"),
        ["carriage return twice"] = (s => Once(s, "present\r\n", "present\r\r\n"), "entries.csv entry 0: its row differs"),
        ["empty line"] = (s => Once(s, "present\r\n", "present\r\n\r\n"), "entries.csv idx entry 1: is missing"),
        ["space after a row"] = (s => Once(s, "present\r\n", "present \r\n"), "entries.csv entry 0: its row differs"),
        ["another column"] = (s => Once(s, "present\r\n", "present,\r\n"), "entries.csv entry 0: its row differs"),
        ["byte order mark"] = (s => "\ufeff" + s, "entries.csv line 1"),
        ["other head row"] = (s => Once(s, "idx,leaf", "leaf,idx"), "entries.csv line 1"),
        ["last line feed missing"] = (s => s[..^1], "entries.csv entry 13: its row differs"),
        ["last row missing"] = (s => string.Concat(Lines(s, "\r\n")[..^1]), "entries.csv idx entry 13: is missing"),
        ["no row at all"] = (s => Lines(s, "\r\n")[0], "entries.csv idx entry 0: is missing"),
        ["nothing"] = (_ => "", "entries.csv line 1"),
        ["trailing line feed"] = (s => s + "\n", "entries.csv: has more rows"),
        ["trailing NUL"] = (s => s + "\0", "entries.csv: has more rows"),
        ["trailing digit"] = (s => s + "9", "entries.csv: has more rows"),
        ["last row twice"] = (s => s + Lines(s, "\r\n")[^1], "entries.csv: has more rows"),
        ["a row twice"] = (s => Rearranged(s, "\r\n", rows => rows.Insert(5, rows[5])), "entries.csv idx entry 5: is missing, does not ascend"),
        ["a row twice with an index of its own"] = (s => Rearranged(s, "\r\n", rows => rows.Insert(6, "9" + rows[5][1..])), "entries.csv entry 5: its row differs"),
        ["rows in another order"] = (s => Rearranged(s, "\r\n", rows => (rows[4], rows[5]) = (rows[5], rows[4])), "entries.csv entry 3: its row differs"),
        ["rows in another order with ascending indices"] = (s => Rearranged(s, "\r\n", rows => (rows[4], rows[5]) = (rows[4][..1] + rows[5][1..], rows[5][..1] + rows[4][1..])), "entries.csv entry 3: its row differs"),
        ["a row less"] = (s => Rearranged(s, "\r\n", rows => rows.RemoveAt(5)), "entries.csv entry 4: its row differs"),
        ["index with a zero before it"] = (s => Once(s, "\r\n5,", "\r\n05,"), "entries.csv idx entry 4: is missing"),
        ["index with a plus"] = (s => Once(s, "\r\n5,", "\r\n+5,"), "entries.csv idx entry 4: is missing"),
        ["index with a space"] = (s => Once(s, "\r\n5,", "\r\n 5,"), "entries.csv idx entry 4: is missing"),
        ["index in quotes"] = (s => Once(s, "\r\n5,", "\r\n\"5\","), "entries.csv idx entry 4: is missing"),
        ["index as a fraction"] = (s => Once(s, "\r\n5,", "\r\n5.0,"), "entries.csv entry 4: its row differs"),
        ["index in other digits"] = (s => Once(s, "\r\n5,", "\r\n٥,"), "entries.csv idx entry 4: is missing"),
        ["no index"] = (s => Once(s, "\r\n5,", "\r\n,"), "entries.csv idx entry 4: is missing"),
        ["index of the entry before"] = (s => Once(s, "\r\n5,", "\r\n4,"), "entries.csv idx entry 4: is missing"),
        ["index beyond the checkpoint"] = (s => Once(s, "\r\n14,", "\r\n16,"), "entries.csv idx entry 13: is missing"),
        ["index of twenty digits"] = (s => Once(s, "\r\n5,", "\r\n99999999999999999999,"), "entries.csv idx entry 4: is missing"),
        ["index of twenty-one digits"] = (s => Once(s, "\r\n5,", "\r\n184467440737095516165,"), "entries.csv idx entry 4: is missing"),
        ["index that is five modulo 2^64"] = (s => Once(s, "\r\n5,", "\r\n18446744073709551621,"), "entries.csv idx entry 4: is missing"),
        ["leaf in upper case"] = (s => Row(s, "\r\n", 3, row => row.Replace(row.Split(',')[1], row.Split(',')[1].ToUpperInvariant(), StringComparison.Ordinal)), "entries.csv entry 2: its row differs"),
        ["time without microseconds that are zero"] = (s => Once(s, ".002000Z", ".002Z"), "entries.csv entry 0: its row differs"),
        ["time with an offset"] = (s => Once(s, ".002000Z", ".002000+00:00"), "entries.csv entry 0: its row differs"),
        ["number as a fraction"] = (s => Once(s, ",200,", ",200.0,"), "entries.csv entry 1: its row differs"),
        ["number with an exponent"] = (s => Once(s, ",200,", ",2e2,"), "entries.csv entry 1: its row differs"),
        ["null for an empty cell"] = (s => Once(s, ",,", ",null,"), "entries.csv entry 0: its row differs"),
        ["decomposed letter"] = (s => Once(s, "/é/", "/e\u0301/"), "entries.csv entry 8: its row differs"),
    };

    private static readonly Dictionary<string, (Func<string, string> Edit, string Named)> Ocsf = new()
    {
        ["space after a colon"] = (s => Once(s, "\"class_uid\":6003", "\"class_uid\": 6003"), "ocsf.jsonl entry 0: its line differs"),
        ["space before the line"] = (s => " " + s, "ocsf.jsonl entry 0: its line is missing, or begins otherwise"),
        ["space at the end of a line"] = (s => Once(s, "}\n", "} \n"), "ocsf.jsonl entry 0: its line differs"),
        ["carriage return"] = (s => Once(s, "}\n", "}\r\n"), "ocsf.jsonl entry 0: its line differs"),
        ["empty line"] = (s => Once(s, "}\n", "}\n\n"), "ocsf.jsonl entry 1: its line is missing, or begins otherwise"),
        ["members in another order"] = (s => Once(s, "\"category_uid\":6,\"activity_id\":2", "\"activity_id\":2,\"category_uid\":6"), "ocsf.jsonl entry 0: its line differs"),
        ["a member twice"] = (s => Once(s, "\"category_uid\":6,", "\"category_uid\":6,\"category_uid\":6,"), "ocsf.jsonl entry 0: its line differs"),
        ["another member"] = (s => Once(s, "\"category_uid\":6,", "\"category_uid\":6,\"count\":1,"), "ocsf.jsonl entry 0: its line differs"),
        ["number as a fraction"] = (s => Once(s, "\"class_uid\":6003", "\"class_uid\":6003.0"), "ocsf.jsonl entry 0: its line differs"),
        ["number with an exponent"] = (s => Once(s, "\"class_uid\":6003", "\"class_uid\":6.003e3"), "ocsf.jsonl entry 0: its line differs"),
        ["letter as an escape"] = (s => Once(s, "\"http_method\":\"GET\"", "\"http_method\":\"\\u0047ET\""), "ocsf.jsonl entry 0: its line differs"),
        ["escaped solidus"] = (s => Once(s, "\"/a;b/0\"", "\"\\/a;b/0\""), "ocsf.jsonl entry 0: its line differs"),
        ["escaped letter beyond ASCII"] = (s => Once(s, "/é/", "/\\u00e9/"), "ocsf.jsonl entry 8: its line differs"),
        ["hash in upper case"] = (s => Row(s, "\n", 2, line => Once(line, line[(line.IndexOf("\"value\":\"", StringComparison.Ordinal) + 9)..][..64], line[(line.IndexOf("\"value\":\"", StringComparison.Ordinal) + 9)..][..64].ToUpperInvariant())), "ocsf.jsonl entry 2: its line differs"),
        ["index as text"] = (s => Once(s, "\"idx\":5,", "\"idx\":\"5\","), "ocsf.jsonl unmapped.idx entry 4"),
        ["index as a fraction"] = (s => Once(s, "\"idx\":5,", "\"idx\":5.0,"), "ocsf.jsonl entry 4: its line differs"),
        ["negative index"] = (s => Once(s, "\"idx\":5,", "\"idx\":-5,"), "ocsf.jsonl unmapped.idx entry 4"),
        ["byte order mark"] = (s => "\ufeff" + s, "ocsf.jsonl entry 0: its line is missing, or begins otherwise"),
        ["last line feed missing"] = (s => s[..^1], "ocsf.jsonl entry 13: its line differs"),
        ["nothing"] = (_ => "", "ocsf.jsonl entry 0: its line is missing"),
        ["trailing line feed"] = (s => s + "\n", "ocsf.jsonl: has more lines"),
        ["trailing empty object"] = (s => s + "{}", "ocsf.jsonl: has more lines"),
        ["last line twice"] = (s => s + Lines(s, "\n")[^1], "ocsf.jsonl: has more lines"),
        ["a line twice"] = (s => Rearranged(s, "\n", lines => lines.Insert(5, lines[5])), "ocsf.jsonl unmapped.idx entry 6"),
        ["lines in another order"] = (s => Rearranged(s, "\n", lines => (lines[4], lines[5]) = (lines[5], lines[4])), "ocsf.jsonl entry 4: its line differs"),
        ["a line less"] = (s => Rearranged(s, "\n", lines => lines.RemoveAt(5)), "ocsf.jsonl entry 5: its line differs"),
        ["one array"] = (s => $"[{s.Replace("}\n", "},", StringComparison.Ordinal)[..^1]}]", "ocsf.jsonl entry 0: its line is missing, or begins otherwise"),
    };

    public static TheoryData<string> CsvNames => [.. Csv.Keys];

    public static TheoryData<string> OcsfNames => [.. Ocsf.Keys];

    [Theory]
    [MemberData(nameof(CsvNames))]
    public void Verify_CsvInOtherBytes_IsRefused(string attack) => AssertRefused(BundleFiles.Entries, Csv[attack]);

    [Theory]
    [MemberData(nameof(OcsfNames))]
    public void Verify_OcsfInOtherBytes_IsRefused(string attack) => AssertRefused(BundleFiles.Ocsf, Ocsf[attack]);

    /// <summary>The indices are the one thing that a bundle does not prove: others that ascend are let pass, as the report says.</summary>
    [Fact]
    public void Verify_OtherIndicesThatAscend_Pass()
    {
        var bundle = Log.Export("acme", Note);
        Edit(bundle, BundleFiles.Entries, s => Once(s, "\r\n14,", "\r\n15,"));
        Edit(bundle, BundleFiles.Ocsf, s => Once(s, "\"idx\":1,", "\"idx\":0,"));

        var report = Verify(bundle);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Contains("entries.csv equals the proved entries (its idx column cannot be proved).", report.Checked);
    }

    [Fact]
    public void Verify_ParquetInTwoRowGroups_IsRefused()
    {
        var bundle = Log.Export("acme", Note);
        var honest = new BundleFile(bundle);
        using var output = new MemoryStream();
        output.Write(ParquetFooter.Magic);
        var rows = new EntryRows();
        for (var seq = 0; seq < Rows; seq++)
        {
            rows.AddIndex((ulong)seq + 1);
            rows.Add(new TableEntry().Set(Hash32.OfLeaf(honest.Headers[seq]), honest.Read(seq), BodyState.Present, honest.Lines[seq]));
            if (seq is not (7 or Rows - 1))
                continue;
            foreach (var (_, bytes) in rows.TakeGroup())
                output.Write(bytes.Span);
        }
        output.Write(rows.Footer());

        AssertParquetRefused(bundle, output.ToArray());
    }

    /// <summary>The same levels as two runs instead of one: every reader sees the same nulls.</summary>
    [Fact]
    public void Verify_ParquetWithOtherRunsOfLevels_IsRefused()
    {
        var bundle = Log.Export("acme", Note);
        var bytes = File.ReadAllBytes(Path.Combine(bundle, BundleFiles.Parquet));
        byte[] one = [2, 0, 0, 0, Rows << 1, 1], two = [4, 0, 0, 0, 6 << 1, 1, (Rows - 6) << 1, 1];
        var at = bytes.AsSpan().IndexOf(one);
        Assert.True(at >= 0);

        AssertParquetRefused(bundle, [.. bytes[..at], .. two, .. bytes[(at + one.Length)..]]);
    }

    [Theory]
    [InlineData(new byte[] { 0x15, 0x06, 0x15, 0x06 }, new byte[] { 0x15, 0x08, 0x15, 0x06 })] // levels bit-packed instead of RLE
    [InlineData(new byte[] { 0x15, 0x00, 0x15, 0x06 }, new byte[] { 0x15, 0x10, 0x15, 0x06 })] // values by dictionary instead of PLAIN
    public void Verify_ParquetThatStatesAnotherEncoding_IsRefused(byte[] from, byte[] to)
    {
        var bundle = Log.Export("acme", Note);
        var bytes = File.ReadAllBytes(Path.Combine(bundle, BundleFiles.Parquet));
        var at = bytes.AsSpan().IndexOf(from);
        Assert.True(at >= 0);
        to.CopyTo(bytes.AsSpan(at));

        AssertParquetRefused(bundle, bytes);
    }

    /// <summary>Rows longer than whatever is read at once, and a second row group: what differs far into a file is found, and named.</summary>
    [Fact]
    public void Verify_LongRowsAndManyOfThem_AreComparedToTheLastByte()
    {
        const int many = 4200, last = many - 1;
        var log = new TestLog { Keys = Signer.Key.ToString() };
        for (var i = 0; i < many; i++)
        {
            var path = i % 1000 == 7 ? new string('"', 32_000) : i % 1000 == 8 ? new string('é', 20_000) : $"/é;/{i}"; // "" in CSV, \" in JSON
            log.Append("acme", EntryClass.Event, b => b.Add("method", "GET").Add("path", path), kind: "http.denied");
        }
        var note = log.Checkpoint(Signer);
        var bundle = log.Export("acme", note);
        Assert.True(Verify(bundle).Verified);

        foreach (var (file, named) in new[]
        {
            (BundleFiles.Entries, $"entries.csv entry {last}: its row differs"), (BundleFiles.Ocsf, $"ocsf.jsonl entry {last}: its line differs"),
            (BundleFiles.Parquet, $"entries.parquet path entry 4096: (its row group ends with entry {last}): differs"),
        })
        {
            var forged = TestFolder.Copy(bundle);
            Edit(forged, file, bytes => bytes[bytes.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes($"/é;/{last}")) + 5]++);
            Assert.StartsWith(named, Verify(forged).Failure?.Message ?? "it verified", StringComparison.Ordinal);
        }
    }

    private static void AssertParquetRefused(string bundle, byte[] table)
    {
        Assert.True(Verify(bundle).Verified);
        File.WriteAllBytes(Path.Combine(bundle, BundleFiles.Parquet), table);
        Scene.Rehash(bundle);
        Assert.StartsWith("entries.parquet", Verify(bundle).Failure!.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string file, (Func<string, string> Edit, string Named) attack)
    {
        var bundle = Log.Export("acme", Note);
        Edit(bundle, file, attack.Edit);

        Assert.StartsWith(attack.Named, Verify(bundle).Failure?.Message ?? "it verified", StringComparison.Ordinal);
    }

    private static void Edit(string bundle, string file, Func<string, string> edit)
    {
        var path = Path.Combine(bundle, file);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(File.ReadAllBytes(path)))));
        Scene.Rehash(bundle);
    }

    private static void Edit(string bundle, string file, Action<byte[]> edit)
    {
        var path = Path.Combine(bundle, file);
        var bytes = File.ReadAllBytes(path);
        edit(bytes);
        File.WriteAllBytes(path, bytes);
        Scene.Rehash(bundle);
    }

    private static VerificationReport Verify(string bundle)
    {
        using var reader = BundleReader.Open(bundle);
        return BundleVerifier.Verify(reader, new VerificationOptions { Key = Signer.Key });
    }

    private static string Fill()
    {
        Log.Append(TrailId.System, EntryClass.Event, kind: "log.opened");
        for (var i = 0; i < Rows / 2; i++)
        {
            var path = i switch { 4 => "/é/4", Rows / 2 - 1 => "/plain", _ => $"/a;b/{i}" };
            var intent = Log.Append("acme", EntryClass.Intent, b => b.Add("method", "GET").Add("path", path));
            Log.Append("acme", EntryClass.Outcome, b => b.Add("status", 200).Add("target", i == Rows / 2 - 1 ? "=1+1" : "crm"), intent.Id, "http.outcome");
        }
        return Log.Checkpoint(Signer);
    }

    /// <summary>The text with its first <paramref name="from"/> replaced.</summary>
    private static string Once(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"the honest table has no {from}");
        return text[..at] + to + text[(at + from.Length)..];
    }

    private static List<string> Lines(string text, string end) => [.. text.Split(end)[..^1].Select(line => line + end)];

    private static string Rearranged(string text, string end, Action<List<string>> edit)
    {
        var lines = Lines(text, end);
        edit(lines);
        return string.Concat(lines);
    }

    private static string Row(string text, string end, int row, Func<string, string> edit) => Rearranged(text, end, lines => lines[row] = edit(lines[row]));
}
