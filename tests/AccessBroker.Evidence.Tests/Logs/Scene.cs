using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>An honest log of three customers with two checkpoints, and both verifiers.</summary>
internal sealed class Scene
{
    /// <param name="signer">The log's key; an Ed25519 key of its own where none is given.</param>
    public Scene(INoteSigner? signer = null)
    {
        Signer = signer ?? new TestSigner(TestLog.Origin);
        Log = new TestLog { Keys = Signer.Key.ToString() };
        Log.Append(TrailId.System, EntryClass.Event, kind: "log.opened");
        for (var i = 0; i < 4; i++)
        {
            Log.Request("acme", $"/orgs/acme/tickets/{i}");
            Log.Request("globex", $"/orgs/globex/tickets/{i}");
        }
        OldNote = Log.Checkpoint(Signer);
        Log.Request("initech", "/orgs/initech/tickets/1");
        var erased = Log.Request("acme", "/orgs/acme/tickets/secret");
        Log.Erase(erased);
        Log.Prune("acme", 0, 1);
        Log.Request("acme", "/orgs/acme/tickets/last");
        Note = Log.Checkpoint(Signer);
        Pinned = Path.Combine(NewFolder(), "pinned");
        File.WriteAllText(Pinned, OldNote);
    }

    public INoteSigner Signer { get; }
    public TestLog Log { get; }

    /// <summary>A checkpoint that the customer kept.</summary>
    public string OldNote { get; }

    /// <summary>The latest checkpoint.</summary>
    public string Note { get; }

    /// <summary>Path of a file with <see cref="OldNote"/>.</summary>
    public string Pinned { get; }

    public static ulong Size(string note) => Checkpoint.Parse(SignedNote.Parse(note).Text).Size;

    /// <summary>Acme's bundle for whoever keeps <see cref="OldNote"/>.</summary>
    public string Bundle(int[]? withhold = null) => Log.Export("acme", Note, Size(OldNote), withhold);

    public VerificationOptions Options(bool pinned = true, bool trail = true) => new()
    {
        Key = Signer.Key,
        Pinned = pinned ? File.ReadAllBytes(Pinned) : null,
        Trail = trail ? TestLog.Trail("acme") : null,
    };

    public VerificationReport Verify(string bundle, VerificationOptions? options = null)
    {
        using var reader = BundleReader.Open(bundle);
        return BundleVerifier.Verify(reader, options ?? Options());
    }

    public VerificationReport VerifyAll(string folder, VerificationOptions? options = null)
    {
        using var reader = BundleReader.Open(folder);
        return WholeLogVerifier.Verify(reader, options ?? Options());
    }

    /// <summary>verify.cs with key, pinned checkpoint and trail.</summary>
    public (int ExitCode, string Output) RunStandalone(string bundle) =>
        StandaloneProgram.Run("bundle", bundle, Signer.Key.ToString(), Pinned, TestLog.Trail("acme").ToString());

    /// <summary>Both verifiers fail, each naming what is expected; and not by a file's hash, which a forger recomputes.</summary>
    public void AssertBothFail(string bundle, params string[] named)
    {
        var report = Verify(bundle);
        var (code, output) = RunStandalone(bundle);

        Assert.False(report.Verified, "the library's verifier accepted it");
        Assert.True(code == 1, "verify.cs: " + output);
        foreach (var message in new[] { report.Failure!.Message, output.Split("FAILED  ")[1] })
        {
            Assert.All(named, name => Assert.Contains(name, message));
            Assert.DoesNotContain("SHA-256", message);
        }
    }

    public static string NewFolder()
    {
        var folder = TestFolder.New();
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>What a forger does after every edit: the manifest's file hashes fit again.</summary>
    public static string Rehash(string bundle, Action<JsonObject>? edit = null)
    {
        var path = Path.Combine(bundle, BundleFiles.Manifest);
        var manifest = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        edit?.Invoke(manifest);
        var files = new JsonObject();
        foreach (var file in Directory.EnumerateFiles(bundle).Where(file => file != path))
            files[Path.GetFileName(file)] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        manifest["files"] = files;
        File.WriteAllBytes(path, CanonicalJson.Canonicalize(TestLog.Json(manifest.ToJsonString()), 1 << 20));
        return bundle;
    }
}
