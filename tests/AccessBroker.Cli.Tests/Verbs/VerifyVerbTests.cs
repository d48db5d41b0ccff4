namespace AccessBroker.Cli.Tests;

public sealed class VerifyVerbTests
{
    private const string Key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

    [Fact]
    public async Task Verify_NoKey_IsUsageNeverNothingToCheck()
    {
        using var host = new TestHost();
        Assert.Equal(64, await host.RunAsync("verify", host.Folder));
        Assert.Contains("--key", host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a key"), InlineData("example.com/log+00000000+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")]
    public async Task Verify_KeyThatIsNone_IsUsage(string key)
    {
        using var host = new TestHost();
        Assert.Equal(64, await host.RunAsync("verify", host.Folder, "--key", key));
    }

    [Fact]
    public async Task Verify_NoBundleThere_IsUnusableAndSaysWhatToName()
    {
        using var host = new TestHost();
        Assert.Equal(1, await host.RunAsync("verify", host.Folder, "--key", Key));
        Assert.Contains("manifest.json", host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_BundleWithoutCheckpoint_FailsWith9AndNamesTheFile()
    {
        using var host = new TestHost();
        var bundle = Directory.CreateDirectory(Path.Combine(host.Folder, "bundle")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bundle, "manifest.json"), "{}");

        Assert.Equal(9, await host.RunAsync("verify", bundle, "--key", Key));
        Assert.Contains("\"verified\":false", host.Out, StringComparison.Ordinal);
        Assert.Contains("verification-failed", host.Error, StringComparison.Ordinal);
        Assert.Contains("manifest.json", host.Error, StringComparison.Ordinal);
    }
}
