using System.Text;
using AccessBroker.TransparencyLog.Tests.Notes;

namespace AccessBroker.TransparencyLog.Tests.Witnesses;

/// <summary>What a witness answers, as C2SP tlog-witness says.</summary>
public sealed class AddCheckpointTests : IDisposable
{
    private const string Origin = "log.example";
    private readonly Ed25519Signer _log = new(Origin), _second = new(Origin), _stranger = new(Origin), _other = new("other.example");

    [Fact]
    public void TryParse_TheSpecificationsExample_IsReadAndWrittenBack()
    {
        const string example = """
            old 20852014
            PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
            jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
            5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
            /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

            """;

        Assert.True(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(example), out var request, out _));

        Assert.Equal(20852014UL, request.OldSize);
        Assert.Equal(4, request.Proof.Count);
        Assert.Equal(2, request.Note.Signatures.Count);
        Assert.Equal(example, request.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 0")]
    [InlineData("old 01\n\n{note}")]
    [InlineData("old -1\n\n{note}")]
    [InlineData("old 18446744073709551616\n\n{note}")] // 2^64
    [InlineData("old  0\n\n{note}")]
    [InlineData("Old 0\n\n{note}")]
    [InlineData("old 0\r\n\r\n{note}")]
    [InlineData("old 0\n{note}")]
    [InlineData("old 0\n\n")]
    [InlineData("old 0\nAAAA\n\n{note}")] // no hash
    [InlineData("old 0\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax=\n\n{note}")] // not canonical
    [InlineData("\n\n{note}")]
    [InlineData("{64 hashes}{note}")]
    public void TryParse_Malformed_IsASentence(string body)
    {
        var hashes = "old 1\n" + string.Concat(Enumerable.Repeat(Convert.ToBase64String(new byte[32]) + "\n", 64)) + "\n";
        var text = body.Replace("{note}", Note(7, _log).ToString(), StringComparison.Ordinal).Replace("{64 hashes}", hashes, StringComparison.Ordinal);

        Assert.False(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLargeOrNoUtf8_IsASentence()
    {
        Assert.False(AddCheckpointRequest.TryParse(new byte[AddCheckpointRequest.MaxSize + 1], out _, out var large));
        Assert.Contains("larger", large, StringComparison.Ordinal);
        Assert.False(AddCheckpointRequest.TryParse([.. "old 0\n\n"u8, 0xff, 0xfe], out _, out var garbage));
        Assert.Contains("UTF-8", garbage, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_EveryPairOfSizes_CosignsWhatContinues()
    {
        for (var known = 0; known <= 20; known++)
        {
            for (var size = Math.Max(known, 1); size <= 20; size++)
                Assert.Equal(AddCheckpointAnswer.Cosign, Decide(Request(known, size), known).Answer);
        }
    }

    [Fact]
    public void Decide_WhatDoesNotContinue_IsRefusedAsTheSpecificationSays()
    {
        Assert.Equal(AddCheckpointAnswer.Malformed, Decide(Request(7, 12) with { OldSize = 13 }, 7).Answer); // before 409
        Assert.Equal(AddCheckpointAnswer.OtherSize, Decide(Request(7, 12), 0).Answer);
        Assert.Equal(AddCheckpointAnswer.OtherSize, Decide(Request(7, 12), 8).Answer);
        Assert.Equal(AddCheckpointAnswer.OtherSize, Decide(Request(0, 12), 8).Answer);
        Assert.Equal(AddCheckpointAnswer.OtherSize, Decide(Request(7, 7), 12).Answer); // rolled back
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(Request(0, 12) with { Proof = [new byte[32]] }, 0).Answer);
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(Request(7, 12) with { Proof = [] }, 7).Answer);
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(Request(7, 7) with { Proof = [new byte[32]] }, 7).Answer);
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(new(7, [], Note(7, _log, NaiveTree.Root(1, 8))), 7).Answer); // a fork of the same size
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(new(7, Proof(7, 12), Note(12, _log, NaiveTree.Root(1, 13))), 7).Answer);
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Decide(new(0, [], Note(0, _log, new byte[32])), 0).Answer); // an empty log has one root
    }

    [Fact]
    public void Decide_Signatures_OnlyATrustedKeyOfTheOriginCounts()
    {
        Assert.Equal(AddCheckpointAnswer.Cosign, Decide(new(0, [], Note(7, _second)), 0).Answer); // a log with two keys
        Assert.Equal(AddCheckpointAnswer.NotSigned, Decide(new(0, [], Note(7, _stranger)), 0).Answer);
        Assert.Equal(AddCheckpointAnswer.NotSigned, Decide(new(0, [], Note(7, _other)), 0).Answer);
        var forged = SignedNote.Sign(Text(7, NaiveTree.Root(0, 7)), [_stranger]).Signatures[0] with { KeyId = _second.Key.KeyId };
        Assert.Equal(AddCheckpointAnswer.NotSigned, Decide(new(0, [], Note(7, _log).With([forged])), 0).Answer); // one good, one bad of a trusted key
        var foreign = SignedNote.Sign(new Checkpoint("elsewhere.example", 7, new byte[32]).ToText(), [_log]);
        Assert.Equal(AddCheckpointAnswer.UnknownLog, Decide(new(0, [], foreign), 0).Answer);
        Assert.Equal(AddCheckpointAnswer.Malformed, Decide(new(0, [], SignedNote.Sign("no checkpoint\n", [_log])), 0).Answer);
    }

    public void Dispose()
    {
        foreach (var signer in (Ed25519Signer[])[_log, _second, _stranger, _other])
            signer.Dispose();
    }

    private AddCheckpointVerdict Decide(AddCheckpointRequest request, int known) => AddCheckpointRules.Decide(
        request, [_log.Key, _second.Key, _other.Key], origin => known == 0 ? null : new Checkpoint(origin, (ulong)known, NaiveTree.Root(0, known)));

    private AddCheckpointRequest Request(int old, int size) => new((ulong)old, Proof(old, size), Note(size, _log));

    private static IReadOnlyList<byte[]> Proof(int old, int size) =>
        old == 0 ? [] : ConsistencyProof.Create((ulong)old, (ulong)size, new LeafHashes([.. NaiveTree.Leaves]));

    private static SignedNote Note(int size, Ed25519Signer signer, byte[]? root = null) => SignedNote.Sign(Text(size, root ?? NaiveTree.Root(0, size)), [signer]);

    private static string Text(int size, byte[] root) => new Checkpoint(Origin, (ulong)size, root).ToText();
}
