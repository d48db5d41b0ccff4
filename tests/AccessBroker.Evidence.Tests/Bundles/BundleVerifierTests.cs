using System.Diagnostics;

namespace AccessBroker.Evidence.Tests;

public class BundleVerifierTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void Verify_HonestBundle_BothVerifiersSayWhatTheyChecked()
    {
        var bundle = _scene.Bundle();

        var report = _scene.Verify(bundle);
        var (code, output) = _scene.RunStandalone(bundle);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Equal((11UL, 3UL, 0UL), (report.VerifiedBodies, report.ErasedBodies, report.WithheldBodies));
        Assert.Contains(report.Checked, line => line.Contains("14 entries (0 to 13)"));
        Assert.Contains(report.Checked, line => line.Contains("continues your pinned checkpoint of 18 entries"));
        Assert.Contains(report.NotProved, line => line.Contains("Unwitnessed"));
        Assert.True(code == 0, output);
        Assert.Contains("bodies: 11 verified, 3 erased or pruned and accounted for, 0 withheld", output);
        Assert.Contains("VERIFIED", output);
    }

    [Fact]
    public void Verify_WithoutTrailOrPinned_SaysWhatIsThereforeNotProved()
    {
        var bundle = _scene.Bundle();

        var report = _scene.Verify(bundle, _scene.Options(pinned: false, trail: false));
        var (code, output) = StandaloneProgram.Run("bundle", bundle, _scene.Signer.Key.ToString());

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Contains(report.NotProved, line => line.StartsWith($"Compare trail {TestLog.Trail("acme")}", StringComparison.Ordinal));
        Assert.Contains(report.NotProved, line => line.Contains("No pinned checkpoint"));
        Assert.Equal(0, code);
        Assert.Contains($"compare trail {TestLog.Trail("acme")}", output);
    }

    [Fact]
    public void Verify_FilteredExport_CountsWithheldApart()
    {
        var bundle = _scene.Bundle(withhold: [2, 3, 5]);

        var report = _scene.Verify(bundle);
        var (code, output) = _scene.RunStandalone(bundle);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Equal((8UL, 3UL, 3UL), (report.VerifiedBodies, report.ErasedBodies, report.WithheldBodies));
        Assert.Equal(0, code);
        Assert.Contains("3 withheld", output);
    }

    [Fact]
    public async Task Verify_Zip_SaysTheSameAsTheFolder()
    {
        var path = Path.Combine(Scene.NewFolder(), "bundle.zip");
        await using (var file = File.Create(path))
        await using (var sink = new ZipSink(file, DateTimeOffset.UnixEpoch.AddYears(50)))
            _scene.Log.Export(sink, "acme", _scene.Note, Scene.Size(_scene.OldNote));

        var zip = _scene.Verify(path);

        Assert.True(zip.Verified, zip.Failure?.Message);
        Assert.Equal(_scene.Verify(_scene.Bundle()).Checked, zip.Checked);
    }

    [Fact]
    public void Verify_SystemTrail_IsABundleLikeAnyOther()
    {
        var bundle = _scene.Log.Export(TrailId.System, _scene.Note, Scene.Size(_scene.OldNote));

        var report = _scene.Verify(bundle, _scene.Options() with { Trail = TestLog.Trail(TrailId.System) });
        var (code, output) = StandaloneProgram.Run("bundle", bundle, _scene.Signer.Key.ToString(), _scene.Pinned);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Verify_LogThatWasRenamed_TakesGenesisFromItsFirstOrigin()
    {
        var signer = new TestSigner("accessbroker.example/log2");
        var log = new TestLog { Keys = signer.Key.ToString() };
        log.Request("acme", "/a");
        log.Heads();
        log.Seal();
        var bundle = log.Export("acme", log.Sign(signer, "accessbroker.example/log2"), firstOrigin: TestLog.Origin);

        var report = _scene.Verify(bundle, new VerificationOptions { Key = signer.Key });
        var (code, output) = StandaloneProgram.Run("bundle", bundle, signer.Key.ToString());

        Assert.Equal(TestLog.Origin, File.ReadAllText(Path.Combine(bundle, BundleFiles.GenesisOrigin)));
        Assert.True(report.Verified, report.Failure?.Message);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Verify_PinnedAtTheSameSize_NeedsNoProof()
    {
        File.WriteAllText(_scene.Pinned, _scene.Note);
        var bundle = _scene.Bundle();

        Assert.True(_scene.Verify(bundle).Verified);
        Assert.Equal(0, _scene.RunStandalone(bundle).ExitCode);
    }

    [Fact]
    public void Verify_CheckpointOlderThanAllowed_Fails()
    {
        var report = _scene.Verify(_scene.Bundle(), _scene.Options() with { MaxAge = TimeSpan.FromSeconds(1), Clock = new Later() });

        Assert.Contains("checkpoint age", report.Failure!.Message);
    }

    [Fact]
    public void Verify_NoBundle_IsUnusable()
    {
        var empty = Scene.NewFolder();

        Assert.Throws<UnusableBundleException>(() => _scene.Verify(empty));
        Assert.Throws<UnusableBundleException>(() => BundleReader.Open(Path.Combine(empty, "nothing")));
        Assert.Equal(2, _scene.RunStandalone(empty).ExitCode);
        Assert.Equal(2, StandaloneProgram.Run("bundle", _scene.Bundle(), "no+key").ExitCode);
        Assert.Equal(2, StandaloneProgram.Run("parcel", _scene.Bundle(), _scene.Signer.Key.ToString()).ExitCode);
    }

    [Theory]
    [InlineData]
    [InlineData("bundle")]
    [InlineData("bundle", "folder")]
    [InlineData("log", "folder")]
    [InlineData("bundle", "folder", "")]
    public void VerifyCs_WithoutAKey_Exits64AndSaysWhatToGive(params string[] args)
    {
        var (code, output) = StandaloneProgram.Run(args);

        Assert.Equal(64, code);
        Assert.Contains("NO KEY  give the log's verifier key", output);
        Assert.Contains("usage: verify.cs -- bundle <dir> <vkey>", output);
    }

    [Fact]
    public void WholeLog_Honest_BothVerifiersSayWhatTheyChecked()
    {
        var all = _scene.Log.ExportAll(_scene.Note);

        var report = _scene.VerifyAll(all);
        var (code, output) = StandaloneProgram.Run("log", all, _scene.Signer.Key.ToString(), _scene.Pinned);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Contains(report.Checked, line => line.Contains("4 unbroken trails"));
        Assert.True(code == 0, output);
        Assert.Contains("4 unbroken trails, 2 heads entries", output);
    }

    /// <summary>As an auditor runs it: no network, no package cache, outside any repository.</summary>
    [Fact]
    public async Task VerifyCs_OfflineWithEmptyPackageCache_Runs()
    {
        var folder = StandaloneProgram.WriteSource();
        var home = Scene.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "NuGet.config"),
            """<configuration><packageSources><clear/><add key="none" value="http://127.0.0.1:9/index.json" allowInsecureConnections="true"/></packageSources></configuration>""",
            TestContext.Current.CancellationToken);
        var bundle = _scene.Bundle();
        var tampered = TestFolder.Copy(bundle);
        var headers = await File.ReadAllBytesAsync(Path.Combine(tampered, BundleFiles.Headers), TestContext.Current.CancellationToken);
        headers[(160 * 5) + 130] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(tampered, BundleFiles.Headers), headers, TestContext.Current.CancellationToken);

        var (good, goodOutput) = await RunDotnet(folder, home, bundle);
        var (bad, badOutput) = await RunDotnet(folder, home, tampered);

        Assert.True(good == 0, goodOutput);
        Assert.Contains("VERIFIED", goodOutput);
        Assert.True(bad == 1, badOutput);
        Assert.Contains("entry 5", badOutput);
    }

    private async Task<(int ExitCode, string Output)> RunDotnet(string folder, string home, string bundle)
    {
        var start = new ProcessStartInfo("dotnet",
            ["run", "verify.cs", "--", "bundle", bundle, _scene.Signer.Key.ToString(), _scene.Pinned, TestLog.Trail("acme").ToString()])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["NUGET_PACKAGES"] = Path.Combine(home, "packages");
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(inherited);
        StandaloneProgram.LeaveNothingRunning(start);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
