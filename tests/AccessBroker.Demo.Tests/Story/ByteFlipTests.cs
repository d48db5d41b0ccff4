using System.Text;
using System.Text.Json;
using Story.Tampering;

namespace AccessBroker.Demo.Tests;

/// <summary>The story flips bytes at places drawn by chance: wherever one falls, what is expected of the verifiers must be right.</summary>
public sealed class ByteFlipTests
{
    private const string Manifest =
        """
        {"consistency":["q83v","ZZ+/"],"head":{"index":1,"n":170,"proof":["AAAA"]},"heads_body":"{\"kind\":\"log.heads\",\"trails\":3}","heads_index":149,"heads_proof":["zzzz"],"origin":"localhost/demo","size":150,"trail":"IYWP"}
        """;

    public static TheoryData<string, string> Fields => new()
    {
        { "consistency", "q83vZZ" }, { "index", "1" }, { "n", "0" }, { "proof", "AAAA" }, { "heads_body", "kindlogheadstrails3" },
        { "heads_index", "9" }, { "heads_proof", "zzzz" }, { "origin", "localhostdemo" }, { "size", "0" }, { "trail", "IYWP" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Places_OfAField_LieInItsValueAloneAndLeaveJson(string field, string letters)
    {
        var places = ByteFlip.Places(Manifest, field);

        Assert.Equal(letters, string.Concat(places.Select(at => Manifest[at])));
        Assert.All(places, at =>
        {
            var bytes = Encoding.UTF8.GetBytes(Manifest);
            bytes[at] ^= 1;
            using var flipped = JsonDocument.Parse(bytes);
            Assert.Equal(8, flipped.RootElement.EnumerateObject().Count());
        });
    }

    [Theory]
    [InlineData("entry 12", "headers.bin entry 12: belongs to another trail", true)]
    [InlineData("entry 12", "its prev is not the leaf hash of entry 12: entry 12 was changed, or this one", true)]
    [InlineData("entry 12", "headers.bin entry 120: belongs to another trail", false)]
    [InlineData("entry 12", "headers.bin entry 1: belongs to another trail", false)]
    [InlineData("manifest.json, proof", "manifest.json head.proof entry 9: does not lead", true)]
    [InlineData("manifest.json, proof", "manifest.json heads_proof entry 9: does not lead", false)]
    [InlineData("head.n", "it has 5 bytes, not 2 times 160 as manifest.json head.n says", true)]
    public void IsNamedIn_Sentence_HoldsTheVeryPlace(string expected, string sentence, bool named) =>
        Assert.Equal(named, new Flipped("headers.bin byte 1", expected).IsNamedIn(sentence));

    [Fact]
    public void Apply_ToABundle_ChangesOneByteOfTheCopyAndNamesItsEntry()
    {
        var folder = Directory.CreateTempSubdirectory("flip-").FullName;
        var bundle = Directory.CreateDirectory(Path.Combine(folder, "bundle")).FullName;
        var salts = new byte[32 * 5];
        File.WriteAllBytes(Path.Combine(bundle, "salts.bin"), salts);
        File.WriteAllBytes(Path.Combine(bundle, "headers.bin"), new byte[160 * 5]);

        var flipped = ByteFlip.All[1].Apply(bundle, Path.Combine(folder, "copy"));

        var copy = File.ReadAllBytes(Path.Combine(folder, "copy", "salts.bin"));
        var at = Array.FindIndex(copy, b => b != 0);
        Assert.Equal(1, copy.Count(b => b != 0));
        Assert.Equal(new Flipped($"salts.bin byte {at}", $"entry {at / 32}"), flipped);
        Assert.Equal(salts, File.ReadAllBytes(Path.Combine(bundle, "salts.bin")));
        Directory.Delete(folder, recursive: true);
    }
}
