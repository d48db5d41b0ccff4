using System.Text.Json;

namespace AccessBroker.TransparencyLog.Tests.Proofs;

/// <summary>The published proof vectors, each of them, and how many there must be.</summary>
public sealed class ProofVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void InclusionVerify_PublishedVectors_AllAsStated() => CheckAll("merkle/inclusion", 98, v =>
        InclusionProof.Verify(v.Number("leafIdx"), v.Number("treeSize"), v.Bytes("leafHash"), v.Hashes("proof"), v.Bytes("root")));

    [Fact]
    public void ConsistencyVerify_PublishedVectors_AllAsStated() => CheckAll("merkle/consistency", 98, v =>
        ConsistencyProof.Verify(v.Number("size1"), v.Number("size2"), v.Bytes("root1"), v.Bytes("root2"), v.Hashes("proof")));

    [Fact]
    public void SubtreeInclusionVerify_PublishedVectors_AllAsStated() => CheckAll("merkle/subtreeinclusion", 204, v =>
        SubtreeInclusionProof.Verify(
            v.Number("leafIdx"), v.Number("start"), v.Number("end"), v.Bytes("leafHash"), v.Hashes("proof"), v.Bytes("root")));

    [Fact]
    public void SubtreeConsistencyVerify_PublishedVectors_AllAsStated() => CheckAll("merkle/subtreeconsistency", 118, v =>
        SubtreeConsistencyProof.Verify(
            v.Number("start"), v.Number("end"), v.Number("size"), v.Bytes("root1"), v.Bytes("root2"), v.Hashes("proof")));

    private void CheckAll(string folder, int expected, Func<JsonElement, bool> verify)
    {
        var cases = Vectors.ReadAll(folder);
        var wrong = cases.Where(c => verify(c.Case) == c.Case.GetProperty("wantErr").GetBoolean()).Select(c => c.Name).ToList();
        var accepted = cases.Count(c => !c.Case.GetProperty("wantErr").GetBoolean());
        output.WriteLine($"vectors: {folder}: {cases.Count}, {accepted} to accept, {cases.Count - accepted} to refuse, {wrong.Count} wrong");
        Assert.Empty(wrong);
        Assert.Equal(expected, cases.Count);
        Assert.NotEqual(0, accepted);
    }
}
