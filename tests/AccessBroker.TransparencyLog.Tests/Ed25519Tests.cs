using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using NSec.Cryptography;

namespace AccessBroker.TransparencyLog.Tests;

public sealed class Ed25519Tests(ITestOutputHelper output)
{
    [Fact]
    public void Verify_WycheproofVectors_AllAsStated()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Vectors.Require("wycheproof_ed25519_test.json")));
        var (valid, invalid, wrong) = (0, 0, new List<int>());
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey"), "pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var isValid = test.GetProperty("result").GetString() == "valid";
                _ = isValid ? valid++ : invalid++;
                if (Ed25519.Verify(key, Hex(test, "msg"), Hex(test, "sig")) != isValid)
                    wrong.Add(test.GetProperty("tcId").GetInt32());
            }
        }
        output.WriteLine($"vectors: wycheproof_ed25519: {valid + invalid}, {valid} to accept, {invalid} to refuse, {wrong.Count} wrong");
        Assert.Empty(wrong);
        Assert.Equal((88, 63), (valid, invalid));
    }

    [Theory]
    // RFC 8032 §7.1, tests 1 to 3
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Verify_RfcVector_IsTrue(string key, string message, string signature) =>
        Assert.True(Ed25519.Verify(Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature)));

    [Fact]
    public void Verify_SignedByLibsodium_IsTrueUntilABitChanges() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 511], Gen.Int[0, 255]).Sample((message, signatureBit, keyBit) =>
        {
            using var key = new Key(SignatureAlgorithm.Ed25519);
            var publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
            var signature = SignatureAlgorithm.Ed25519.Sign(key, message);
            return Ed25519.Verify(publicKey, message, signature)
                && !Ed25519.Verify(publicKey, [.. message, 0], signature)
                && !Ed25519.Verify(publicKey, message, Flip(signature, signatureBit))
                && !Ed25519.Verify(Flip(publicKey, keyBit), message, signature);
        }, iter: 100);

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", "the neutral element: x is 0, but its sign says odd")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "y is -1: x is 0, but its sign says odd")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y is p, a second spelling of 0")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y is p + 1, a second spelling of 1")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", "no point has this y")]
    [InlineData("01", "too short")]
    [InlineData("", "empty")]
    public void Verify_KeyThatEncodesNoPoint_IsFalse(string key, string why)
    {
        // With the neutral element for A, S = 0 and R neutral would satisfy the equation for every message.
        var signature = new byte[64];
        signature[0] = 1;
        Assert.False(Ed25519.Verify(Convert.FromHexString(key), [], signature), why);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void Verify_SignatureOfWrongLength_IsFalse(int length) =>
        Assert.False(Ed25519.Verify(Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), [], new byte[length]));

    [Fact]
    public void Verify_Checkpoint_TakesMilliseconds()
    {
        using var key = new Key(SignatureAlgorithm.Ed25519);
        var publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        var message = new byte[200];
        var signature = SignatureAlgorithm.Ed25519.Sign(key, message);
        Ed25519.Verify(publicKey, message, signature);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
            Assert.True(Ed25519.Verify(publicKey, message, signature));
        output.WriteLine($"{watch.Elapsed.TotalMilliseconds / 20:0.00} ms a signature");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), "20 verifications must not be felt, even on a busy machine.");
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var copy = bytes.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }
}
