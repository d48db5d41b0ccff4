using System.Text;
using System.Text.Json.Nodes;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// A forger edits a bundle's files and makes all hashes in the manifest fit again, with and without making chain
/// and commitments fit too. Both verifiers must name the entry and the reason.
/// </summary>
public class FileAttackTests
{
    private static readonly Scene Scene = new();

    public static TheoryData<string> Names => [.. Attacks.Keys];

    private static readonly Dictionary<string, (Func<string, string> Mount, string[] Named)> Attacks = new()
    {
        ["edit body"] = (Files(f => f.Lines[5] = Replace(f.Lines[5], "200", "403")), ["bodies.jsonl entry 5", "commitment"]),
        ["edit header's node"] = (Files(f => f.Headers[5][155] ^= 1), ["entry 5 ", "changed"]),
        ["edit header's commit"] = (Files(f => f.Headers[5][140] ^= 1), ["entry 5", "commitment"]),
        ["edit header's class"] = (Files(f => f.Headers[5][5] = 9), ["headers.bin entry 5", "class 9"]),
        ["edit header's flags"] = (Files(f => f.Headers[5][7] = 1), ["headers.bin entry 5", "flags"]),
        ["edit salt"] = (Files(f => f.Salts[5][0] ^= 1), ["entry 5", "salts.bin"]),
        ["edit + recommit"] = (Files(f => f.Recommit(5, Text(f.Lines[5]).Replace("200", "403"))), ["entry 5 ", "changed"]),
        ["edit + recommit + rechain"] = (Files(f => { f.Recommit(5, Text(f.Lines[5]).Replace("200", "403")); f.Rechain(); }), ["head.proof", "entry 13"]),
        ["edit last entry"] = (Files(f => f.Recommit(13, Text(f.Lines[13]).Replace("200", "403"))), ["entry 13", "changed"]),
        ["backdate"] = (Files(f => { f.Write(5, f.Read(5) with { Time = f.Read(4).Time - 1 }); f.Rechain(); }), ["headers.bin entry 5", "before"]),
        ["date into the future"] = (Files(f => { f.Write(13, f.Read(13) with { Time = f.Read(13).Time + 3_600_000_000 }); f.Rechain(); }), ["headers.bin entry 13", "after the heads entry"]),
        ["delete from the middle"] = (Files(f => f.RemoveAt(5)), ["headers.bin entry 5", "removed"]),
        ["delete a pair + rechain"] = (Files(f => { f.RemoveAt(4); f.RemoveAt(4); f.Rechain(); }), ["head.proof", "entry 11"]),
        ["delete the first pair + rechain"] = (Files(f => { f.RemoveAt(0); f.RemoveAt(0); f.Write(0, f.Read(0) with { Seq = 0 }); }), ["headers.bin entry 0", "genesis"]),
        ["delete the outcome alone + rechain"] = (Files(f => { f.RemoveAt(5); f.Rechain(); }), ["head.proof", "entry 12"]),
        ["delete the intent alone + rechain"] = (Files(f => { f.RemoveAt(4); f.Rechain(); }), ["headers.bin entry 4", "intent"]),
        ["reorder"] = (Files(f => { (f.Headers[4], f.Headers[6]) = (f.Headers[6], f.Headers[4]); (f.Lines[4], f.Lines[6]) = (f.Lines[6], f.Lines[4]); (f.Salts[4], f.Salts[6]) = (f.Salts[6], f.Salts[4]); }), ["headers.bin entry 4", "moved"]),
        ["reorder bodies and salts only"] = (Files(f => { (f.Lines[4], f.Lines[6]) = (f.Lines[6], f.Lines[4]); (f.Salts[4], f.Salts[6]) = (f.Salts[6], f.Salts[4]); }), ["bodies.jsonl entry 4", "commitment"]),
        ["insert + rechain"] = (Files(f => { f.InsertCopy(6, f, 4); f.Write(6, f.Read(6) with { Id = Guid.CreateVersion7(), Time = f.Read(5).Time }); f.Rechain(); }), ["head.proof", "entry 14"]),
        ["duplicate"] = (Files(f => f.InsertCopy(6, f, 5)), ["headers.bin entry 6", "seq 5"]),
        ["duplicate + rechain"] = (Files(f => { f.InsertCopy(7, f, 6); f.Rechain(); }), ["headers.bin entry 7", "duplicate"]),
        ["truncate the tail"] = (Files(f => f.RemoveAt(13), lieAboutCount: false), ["headers.bin", "14 times 160"]),
        ["truncate with a lying manifest"] = (Files(f => f.RemoveAt(13)), ["head.proof", "entry 12"]),
        ["swap in another customer's entry"] = (Files(f => Globex(f, 5)), ["headers.bin entry 5", TestLog.Trail("globex").ToString()]),
        ["another customer's whole trail"] = (_ => Scene.Log.Export("globex", Scene.Note, Scene.Size(Scene.OldNote)), ["manifest.json trail", "another customer's"]),
        ["another customer's trail under my id"] = (_ => Scene.Rehash(Scene.Log.Export("globex", Scene.Note, Scene.Size(Scene.OldNote)), m => m["trail"] = TestLog.Trail("acme").ToString()), ["headers.bin entry 0", TestLog.Trail("globex").ToString()]),
        ["null body without class 7"] = (Files(f => { f.Lines[5] = "null"u8.ToArray(); f.Salts[5] = new byte[32]; }), ["bodies.jsonl entry 5", "null"]),
        ["null body of an erase entry"] = (Files(f => { f.Lines[10] = "null"u8.ToArray(); f.Salts[10] = new byte[32]; }), ["bodies.jsonl entry 10", "class 7"]),
        ["null body of a prune entry"] = (Files(f => { f.Lines[11] = "null"u8.ToArray(); f.Salts[11] = new byte[32]; }), ["bodies.jsonl entry 11", "class 6"]),
        ["null body with its salt left"] = (Files(f => f.Lines[5] = "null"u8.ToArray()), ["salts.bin entry 5"]),
        ["withheld body without a filter"] = (Files(f => { f.Lines[5] = "\"withheld\""u8.ToArray(); f.Salts[5] = new byte[32]; }), ["bodies.jsonl entry 5", "filter"]),
        ["joined lines"] = (Files(f => { f.Lines[5] = [.. f.Lines[5], .. f.Lines[6]]; f.Lines.RemoveAt(6); }), ["bodies.jsonl entry 5"]),
        ["more lines"] = (Files(f => f.Lines.Add("null"u8.ToArray())), ["bodies.jsonl entry 14", "more lines"]),
        ["wrong signature"] = (Note(n => FlipSignature(n)), ["checkpoint", "signature"]),
        ["missing signature"] = (Note(n => n[..(n.IndexOf("\n\n", StringComparison.Ordinal) + 1)]), ["checkpoint"]),
        ["missing signature lines"] = (Note(n => n[..(n.IndexOf("\n\n", StringComparison.Ordinal) + 2)]), ["checkpoint"]),
        ["unknown key"] = (Note(_ => Scene.Log.Sign(new TestSigner(TestLog.Origin))), ["checkpoint signature"]),
        ["unknown key of another name"] = (Note(_ => Scene.Log.Sign(new TestSigner("mallory.example/log"))), ["checkpoint signature"]),
        ["edited checkpoint size"] = (Note(n => n.Replace("\n27\n", "\n26\n")), ["checkpoint signature"]),
        ["edited checkpoint root"] = (Note(n => n.Replace("\n27\n", "\n27\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")), ["checkpoint signature"]),
        ["replayed checkpoint of another origin"] = (Note(_ => Scene.Log.Sign(new TestSigner("other.example/log"), "other.example/log")), ["checkpoint signature"]),
        ["checkpoint of another origin by the same key"] = (Note(_ => Scene.Log.Sign(Scene.Signer, "other.example/log")), ["checkpoint origin", "other.example/log"]),
        ["older checkpoint of the same log"] = (Note(_ => Scene.OldNote), ["manifest.json size"]),
        ["no checkpoint"] = (b => { File.Delete(Path.Combine(b, BundleFiles.Checkpoint)); return Scene.Rehash(b); }, ["checkpoint", "missing"]),
        ["duplicate JSON key"] = (b => Raw(b, s => s.Replace("\"size\":27", "\"size\":27,\"size\":27")), ["manifest.json", "size"]),
        ["unknown manifest field"] = (b => Scene.Rehash(b, m => m["note"] = "x"), ["manifest.json", "\"note\""]),
        ["missing manifest field"] = (b => Scene.Rehash(b, m => m.Remove("consistency")), ["manifest.json", "\"consistency\""]),
        ["float in the manifest"] = (b => Raw(b, s => s.Replace("\"size\":27", "\"size\":27.0")), ["manifest.json"]),
        ["not canonical base64"] = (b => Raw(b, s => s.Replace("=\",\"head", "\",\"head")), ["manifest.json"]),
        ["manifest origin"] = (b => Scene.Rehash(b, m => m["origin"] = "mallory"), ["manifest.json origin"]),
        ["manifest size"] = (b => Scene.Rehash(b, m => m["size"] = 26), ["manifest.json size"]),
        ["heads index"] = (b => Scene.Rehash(b, m => m["heads_index"] = 25), ["manifest.json heads_index"]),
        ["heads proof"] = (b => Scene.Rehash(b, m => m["heads_proof"]![0] = Zeros), ["manifest.json heads_proof", "entry 26"]),
        ["heads proof cut"] = (b => Scene.Rehash(b, m => m["heads_proof"]!.AsArray().RemoveAt(0)), ["manifest.json heads_proof", "entry 26"]),
        ["heads salt"] = (b => Scene.Rehash(b, m => m["heads_salt"] = Zeros), ["manifest.json heads_body", "heads_salt"]),
        ["heads body"] = (b => Scene.Rehash(b, m => m["heads_body"] = new HeadsBody(default, 4).ToString()), ["manifest.json heads_body"]),
        ["head proof"] = (b => Scene.Rehash(b, m => m["head"]!["proof"]![0] = Zeros), ["manifest.json head.proof"]),
        ["head position"] = (b => Scene.Rehash(b, m => m["head"]!["index"] = 3 - (int)m["head"]!["index"]!), ["head.index"]),
        ["head position beyond"] = (b => Scene.Rehash(b, m => m["head"]!["index"] = 4), ["head.index"]),
        ["no entries"] = (b => Scene.Rehash(b, m => m["head"]!["n"] = 0), ["manifest.json head.n"]),
        ["consistency"] = (b => Scene.Rehash(b, m => m["consistency"]![0] = Zeros), ["manifest.json consistency", "two histories"]),
        ["consistency dropped"] = (b => Scene.Rehash(b, m => m["consistency"] = new JsonArray()), ["manifest.json consistency"]),
        ["genesis of another origin"] = (b => { File.WriteAllText(Path.Combine(b, BundleFiles.GenesisOrigin), "mallory.example/log"); return Scene.Rehash(b); }, ["headers.bin entry 0", "genesis"]),
        ["no headers"] = (b => { File.Delete(Path.Combine(b, BundleFiles.Headers)); return Scene.Rehash(b); }, ["headers.bin", "missing"]),
    };

    private const string Zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_ForgedFiles_BothVerifiersNameEntryAndReason(string attack)
    {
        var (mount, named) = Attacks[attack];

        Scene.AssertBothFail(mount(Scene.Bundle()), named);
    }

    [Fact]
    public void Verify_TamperedTableOfEntries_FailsThoughItsHashFits()
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Entries);
        File.WriteAllText(path, File.ReadAllText(path).Replace("/orgs/acme/tickets/3", "/orgs/acme/tickets/9"));
        Scene.Rehash(bundle);

        var report = Scene.Verify(bundle);
        var (code, output) = Scene.RunStandalone(bundle);

        Assert.Contains("entries.csv entry 6", report.Failure!.Message);
        Assert.True(code == 0 && output.Contains("not checked: entries.csv"), output); // verify.cs says that it does not look
    }

    [Theory]
    [InlineData("\"path\":\"/orgs/acme/tickets/3\"", "\"path\":\"/orgs/acme/tickets/9\"", "ocsf.jsonl entry 6")]
    [InlineData("{\"unmapped\":{\"idx\":5,", "{\"unmapped\":{\"idx\":05,", "ocsf.jsonl unmapped.idx")]
    [InlineData("{\"unmapped\":{\"idx\":5,", "{\"unmapped\":{\"idx\":99,", "ocsf.jsonl unmapped.idx")]
    [InlineData("{\"unmapped\":{\"idx\":5,", "{\"mapped\":{\"idx\":5,", "ocsf.jsonl entry")]
    public void Verify_TamperedEvents_FailThoughTheirHashFits(string from, string to, string named)
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Ocsf);
        var honest = File.ReadAllText(path);
        Assert.Contains(from, honest, StringComparison.Ordinal);
        File.WriteAllText(path, honest.Replace(from, to, StringComparison.Ordinal));
        Scene.Rehash(bundle);

        Assert.Contains(named, Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_EventsAppendedOrCutOff_FailThoughTheirHashFits()
    {
        var bundle = Scene.Bundle();
        var path = Path.Combine(bundle, BundleFiles.Ocsf);
        var honest = File.ReadAllText(path);
        File.WriteAllText(path, honest + honest);
        Scene.Rehash(bundle);
        Assert.Contains("more lines", Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
        File.WriteAllText(path, honest[..(honest[..^1].LastIndexOf('\n') + 1)]);
        Scene.Rehash(bundle);
        Assert.Contains("ocsf.jsonl entry", Scene.Verify(bundle).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_FileAddedOrMissing_BothNameIt()
    {
        var bundle = Scene.Bundle();
        File.WriteAllText(Path.Combine(bundle, "extra.txt"), "x");
        Assert.Contains("extra.txt", Scene.Verify(bundle).Failure!.Message);
        Assert.Contains("extra.txt", Scene.RunStandalone(bundle).Output);

        bundle = Scene.Bundle();
        File.Delete(Path.Combine(bundle, BundleFiles.People));
        Assert.Contains(BundleFiles.People, Scene.Verify(bundle).Failure!.Message);
        Assert.Contains(BundleFiles.People, Scene.RunStandalone(bundle).Output);
    }

    private static Func<string, string> Files(Action<BundleFile> edit, bool lieAboutCount = true) => bundle =>
    {
        var file = new BundleFile(bundle);
        edit(file);
        return file.Save(lieAboutCount);
    };

    private static Func<string, string> Note(Func<string, string> edit) => bundle =>
    {
        var path = Path.Combine(bundle, BundleFiles.Checkpoint);
        var note = File.ReadAllText(path);
        var edited = edit(note);
        Assert.NotEqual(note, edited);
        File.WriteAllText(path, edited);
        return Scene.Rehash(bundle);
    };

    private static string Raw(string bundle, Func<string, string> edit)
    {
        var path = Path.Combine(bundle, BundleFiles.Manifest);
        var manifest = File.ReadAllText(path);
        var edited = edit(manifest);
        Assert.NotEqual(manifest, edited);
        File.WriteAllText(path, edited);
        return bundle;
    }

    private static void Globex(BundleFile file, int seq)
    {
        var other = new BundleFile(Scene.Log.Export("globex", Scene.Note));
        file.Headers[seq] = other.Headers[seq];
        file.Salts[seq] = other.Salts[seq];
        file.Lines[seq] = other.Lines[seq];
    }

    /// <summary>The signature stays canonical base64, one bit of it is another.</summary>
    private static string FlipSignature(string note)
    {
        var at = note.LastIndexOf(' ') + 1;
        var bytes = Convert.FromBase64String(note[at..].Trim());
        bytes[20] ^= 1;
        return note[..at] + Convert.ToBase64String(bytes) + "\n";
    }

    private static byte[] Replace(byte[] line, string from, string to) => Encoding.UTF8.GetBytes(Text(line).Replace(from, to));

    private static string Text(byte[] line) => Encoding.UTF8.GetString(line);
}
