using System.Security.Cryptography;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// The bytes of every table, over bodies of all shapes. A verifier of another year writes them again and compares: if one of these hashes
/// changes, bundles that customers already have no longer verify.
/// </summary>
public class OddBodiesTests
{
    private const int Count = 10_000; // three row groups

    [Theory]
    [InlineData(EntryFormat.Csv, "a6310bf32bd2a8e7301ca4eb899e74ce2dc6c9388d41775c11ee5c65c3aee886")]
    [InlineData(EntryFormat.Ocsf, "1d8bc67e3db7a68b751455231b4089f7adef7dc5a8e6a013e1fe2e023374e8c2")]
    [InlineData(EntryFormat.Parquet, "c91e548c5e4dc46690d67eb28980c2f8febf8825cf682cb338a57df93158d86f")]
    [InlineData(EntryFormat.Ndjson, "29332a4cd535ed2d4ae5690ca76e2995547b31718590d64131571dff5c4bff63")]
    public void Write_BodiesOfAllShapes_IsTheSameFileAsEver(EntryFormat format, string sha256)
    {
        using var output = new MemoryStream();
        var file = new EntryFile(format, output);
        ulong index = 0;
        foreach (var (header, state, body) in OddBodies.Take(Count))
            file.Add(new BundleEntry(index += 1 + (header.Seq % 3), header.ToArray(), state, default, body));
        file.Complete();

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(output.GetBuffer().AsSpan(0, (int)output.Length))));
    }
}
