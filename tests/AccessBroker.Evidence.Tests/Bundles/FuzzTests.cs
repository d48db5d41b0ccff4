using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// Mutated bundles by the ten thousand: the verifier never crashes, never hangs, and never says "verified" of
/// anything but the original bytes. ACCESSBROKER_FUZZ_SEED and ACCESSBROKER_FUZZ_COUNT choose other runs.
/// </summary>
public class FuzzTests
{
    private static readonly Scene Scene = new();
    private static readonly string[] Parsed =
        [BundleFiles.Manifest, BundleFiles.Headers, BundleFiles.Salts, BundleFiles.Bodies, BundleFiles.Checkpoint, BundleFiles.Keys, BundleFiles.Entries, BundleFiles.Parquet, BundleFiles.Ocsf];
    private static readonly int Seed = Number("ACCESSBROKER_FUZZ_SEED", 1);
    private static readonly int Count = Number("ACCESSBROKER_FUZZ_COUNT", 10_000);

    [Fact]
    public void Verify_MutatedFiles_NeverCrashNorVerify()
    {
        using var signer = new EcdsaTestSigner(TestLog.Origin);
        var quick = new Scene(signer);
        var (ed25519, ecdsa) = (Load(Scene.Bundle()), Load(quick.Bundle()));
        var random = new Random(Seed);
        var (failed, unchanged, slowest) = (0, 0, TimeSpan.Zero);
        var started = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++)
        {
            // The signature is nearly all that an input costs, and Ed25519 in managed code costs ten times P-256 in the system's
            // library; behind it all is the same. So most inputs are signed by P-256, as a key service without Ed25519 would.
            var (scene, honest) = i % 16 == 0 ? (Scene, ed25519) : (quick, ecdsa);
            var files = new Dictionary<string, byte[]>(honest);
            var name = Parsed[random.Next(Parsed.Length)];
            files[name] = Mutation.Of(files[name], random);
            if (files[name].AsSpan().SequenceEqual(honest[name]))
            {
                unchanged++;
                continue;
            }
            using var bundle = new MemoryBundle(files);
            var before = started.Elapsed;

            // Only the manifest's consistency proof needs the pinned checkpoint; without it the loop is twice as fast.
            var report = BundleVerifier.Verify(bundle, scene.Options(pinned: name == BundleFiles.Manifest));

            Assert.False(report.Verified, $"seed {Seed}, input {i}: verified with a changed {name}");
            failed++;
            slowest = started.Elapsed - before is var took && took > slowest ? took : slowest;
        }
        Say(string.Create(CultureInfo.InvariantCulture, $"counts: {Count} mutated bundles (seed {Seed}) in {started.Elapsed.TotalSeconds:0} s: "
            + $"{failed} failed in a sentence, {unchanged} came out unchanged and were not counted, 0 verified, 0 crashed; the slowest took {slowest.TotalMilliseconds:0} ms."));
    }

    [Fact]
    public void Verify_MutatedZip_NeverCrashesNorVerifiesOtherContent()
    {
        var honest = Load(Scene.Bundle());
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in honest.Where(file => file.Key != BundleFiles.Verifier))
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }
        var original = buffer.ToArray();
        var random = new Random(Seed);
        for (var i = 0; i < Count / 2; i++)
        {
            using var input = new MemoryStream(Mutation.Of(original, random));
            try
            {
                using var reader = new ZipReader(input, "fuzz.zip");
                if (!BundleVerifier.Verify(reader, Scene.Options()).Verified)
                    continue;
                Assert.All(reader.Names, name => Assert.Equal(honest[name], reader.ReadAll(name, int.MaxValue)));
            }
            catch (UnusableBundleException)
            {
                // refused in a sentence: as good as failed
            }
        }
    }

    [Fact]
    public void WholeLog_MutatedFiles_NeverCrashNorVerify()
    {
        var honest = Load(Scene.Log.ExportAll(Scene.Note));
        var names = honest.Keys.Order(StringComparer.Ordinal).ToArray();
        var random = new Random(Seed);
        for (var i = 0; i < Count / 4; i++)
        {
            var files = new Dictionary<string, byte[]>(honest);
            var name = names[random.Next(names.Length)];
            files[name] = Mutation.Of(files[name], random);
            using var log = new MemoryBundle(files);

            var report = WholeLogVerifier.Verify(log, Scene.Options());

            Assert.False(report.Verified && name != BundleFiles.Heads && !files[name].AsSpan().SequenceEqual(honest[name]), $"seed {Seed}, input {i}: verified with a changed {name}");
        }
    }

    [Fact]
    public void Canonicalize_MutatedJson_IsRefusedOrIsItsOwnFixedPoint()
    {
        byte[] honest = [.. """{"":"x","a":[1,-2,{"b":null,"c":[true,false]}],"k\u0000\ud83d\ude02":"\"\\/\b\u001f","z":9007199254740991}"""u8];
        var random = new Random(Seed);
        for (var i = 0; i < Count * 3; i++)
        {
            var input = Mutation.Of(honest, random);
            byte[] canonical;
            try
            {
                canonical = CanonicalJson.Canonicalize(input);
            }
            catch (CanonicalJsonException)
            {
                Assert.False(CanonicalJson.IsCanonical(input, out _), $"seed {Seed}, input {i}: refused, and canonical");
                continue;
            }
            Assert.True(CanonicalJson.IsCanonical(input, out _) == input.AsSpan().SequenceEqual(canonical), $"seed {Seed}, input {i}: the quick look and the canonical form differ");
            Assert.True(CanonicalJson.IsCanonical(canonical, out var error), $"seed {Seed}, input {i}: {error}");
        }
    }

    private static Dictionary<string, byte[]> Load(string folder) =>
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

    private static void Say(string counts)
    {
        Console.WriteLine(counts);
        TestContext.Current.TestOutputHelper?.WriteLine(counts);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed class MemoryBundle(Dictionary<string, byte[]> files) : BundleReader
    {
        public override IReadOnlyCollection<string> Names => files.Keys;
        public override long Length(string name) => files.TryGetValue(name, out var bytes) ? bytes.Length : throw Missing(name);
        public override Stream OpenFile(string name) => files.TryGetValue(name, out var bytes) ? new MemoryStream(bytes, writable: false) : throw Missing(name);
    }
}
