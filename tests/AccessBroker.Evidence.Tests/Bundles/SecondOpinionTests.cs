using System.Security.Cryptography;
using System.Text.Json;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>verify.cs has its own Ed25519, trees and notes: they are held to the published vectors too.</summary>
public class SecondOpinionTests(ITestOutputHelper output)
{
    [Fact]
    public void Ed25519_WycheproofVectors_AllAsStated()
    {
        var verify = StandaloneProgram.Method("Ed25519", "Verify").CreateDelegate<Func<byte[], byte[], byte[], bool>>();
        var path = Path.Combine(Vectors.Folder(""), "wycheproof_ed25519_test.json");
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        var count = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey").GetProperty("pk"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                Assert.Equal(test.GetProperty("result").GetString() == "valid", verify(key, Hex(test.GetProperty("msg")), Hex(test.GetProperty("sig"))));
            }
        }
        output.WriteLine($"vectors: verify.cs: wycheproof_ed25519: {count}, none wrong");
        Assert.Equal(151, count);
    }

    [Fact]
    public void Inclusion_PublishedVectors_AllAsStated()
    {
        var includes = StandaloneProgram.Method("Merkle", "Includes").CreateDelegate<Func<ulong, ulong, byte[], List<byte[]>, byte[], bool>>();
        foreach (var (file, vector) in Read("inclusion"))
        {
            var held = includes(Number(vector, "leafIdx"), Number(vector, "treeSize"), Bytes(vector, "leafHash"), Proof(vector), Bytes(vector, "root"));
            Assert.True(held != vector.GetProperty("wantErr").GetBoolean(), file);
        }
        output.WriteLine($"vectors: verify.cs: merkle/inclusion: {Read("inclusion").Count()}, none wrong");
    }

    [Fact]
    public void Consistency_PublishedVectors_AllAsStated()
    {
        var consistent = StandaloneProgram.Method("Merkle", "IsConsistent").CreateDelegate<Func<ulong, ulong, byte[], byte[], List<byte[]>, bool>>();
        var compared = 0;
        foreach (var (file, vector) in Read("consistency"))
        {
            var (size1, size2) = (Number(vector, "size1"), Number(vector, "size2"));
            if (size1 == size2)
                continue; // verify.cs compares the roots of equal sizes itself and asks for no proof
            compared++;
            var held = consistent(size1, size2, Bytes(vector, "root1"), Bytes(vector, "root2"), Proof(vector));
            Assert.True(held != vector.GetProperty("wantErr").GetBoolean(), file);
        }
        output.WriteLine($"vectors: verify.cs: merkle/consistency: {compared} of unequal sizes, none wrong");
    }

    [Fact]
    public void Verify_KeyServiceWithoutEd25519_BothVerifiersTakeP256()
    {
        using var signer = new EcdsaSigner();
        var log = new TestLog { Keys = signer.Key.ToString() };
        log.Request("acme", "/a");
        log.Heads();
        log.Seal();
        var bundle = log.Export("acme", log.Sign(signer));

        var report = new Scene().Verify(bundle, new VerificationOptions { Key = signer.Key });
        var (code, said) = StandaloneProgram.Run("bundle", bundle, signer.Key.ToString());

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.True(code == 0, said);
    }

    [Fact]
    public void Verify_Cosigned_SaysByWhomOrFailsThePolicy()
    {
        var scene = new Scene();
        var witness = new Witness();
        var note = SignedNote.Parse(scene.Note);
        var cosigned = note.With(SignedNote.Sign(note.Text, [witness]).Signatures).ToString();
        var policy = WitnessPolicy.Parse($"witness w1 {witness.Key}\nquorum w1\n");
        var pinned = Scene.Size(scene.OldNote);

        var held = scene.Verify(scene.Log.Export("acme", cosigned, pinned), scene.Options() with { Witnesses = policy });
        var failed = scene.Verify(scene.Bundle(), scene.Options() with { Witnesses = policy });

        Assert.True(held.Verified, held.Failure?.Message);
        Assert.Contains(held.Checked, line => line.Contains("Witness w1"));
        Assert.DoesNotContain(held.NotProved, line => line.Contains("Unwitnessed"));
        Assert.Contains("checkpoint cosignatures", failed.Failure!.Message);
        Assert.Equal(0, scene.RunStandalone(scene.Log.Export("acme", cosigned, pinned)).ExitCode);
    }

    private static IEnumerable<(string File, JsonElement Vector)> Read(string kind)
    {
        var files = Directory.EnumerateFiles(Vectors.Folder($"merkle/{kind}"), "*.json", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(files);
        return files.Select(file => (file, JsonDocument.Parse(File.ReadAllBytes(file)).RootElement));
    }

    private static ulong Number(JsonElement vector, string name) => vector.GetProperty(name).GetUInt64();

    private static byte[] Bytes(JsonElement vector, string name) => vector.GetProperty(name).GetString() is { } text ? Convert.FromBase64String(text) : [];

    private static List<byte[]> Proof(JsonElement vector) => vector.GetProperty("proof").ValueKind == JsonValueKind.Array
        ? [.. vector.GetProperty("proof").EnumerateArray().Select(hash => Convert.FromBase64String(hash.GetString()!))] : [];

    private static byte[] Hex(JsonElement text) => Convert.FromHexString(text.GetString()!);

    private sealed class EcdsaSigner : INoteSigner, IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public VerifierKey Key => VerifierKey.ForEcdsaP256(TestLog.Origin, _key.ExportSubjectPublicKeyInfo());

        public byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        public void Dispose() => _key.Dispose();
    }

    private sealed class Witness : INoteSigner
    {
        private readonly TestSigner _signer = new("witness.example/w1");

        public VerifierKey Key => VerifierKey.ForCosigner(_signer.Key.Name, _signer.Key.PublicKey.Span);

        public byte[] Sign(ReadOnlySpan<byte> message) => Cosignature.Join(1_795_000_001, _signer.Sign(Cosignature.Message(1_795_000_001, message)));
    }
}
