using System.IO.Compression;
using System.Text;

namespace AccessBroker.Evidence.Tests;

public class BundleReaderTests
{
    [Theory]
    [InlineData("../manifest.json")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a/b/c")]
    [InlineData("..\\manifest.json")]
    [InlineData("C:evil")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    public void Open_ZipWithANameThatLeadsOut_IsRefused(string name)
    {
        var error = Assert.Throws<UnusableBundleException>(() => BundleReader.Open(Zip((name, [1]))));

        Assert.Contains("cannot hold", error.Message);
    }

    [Fact]
    public void Open_ZipWithANameTwice_IsRefused() =>
        Assert.Contains("twice", Assert.Throws<UnusableBundleException>(() => BundleReader.Open(Zip(("checkpoint", [1]), ("checkpoint", [2])))).Message);

    [Fact]
    public void Open_NoZip_IsRefused()
    {
        var path = Path.Combine(Scene.NewFolder(), "x.zip");
        File.WriteAllText(path, "this is no zip");

        Assert.Contains("not a readable zip", Assert.Throws<UnusableBundleException>(() => BundleReader.Open(path)).Message);
    }

    [Fact]
    public void Open_ZipThatStatesLessThanItHolds_GivesNoMoreThanStated()
    {
        var path = Zip(("manifest.json", new byte[100_000]));
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length - 4; i++) // the uncompressed size, wherever it is stated
        {
            if (BitConverter.ToInt32(bytes, i) == 100_000)
                BitConverter.TryWriteBytes(bytes.AsSpan(i), 10);
        }
        File.WriteAllBytes(path, bytes);

        using var reader = BundleReader.Open(path);
        var report = BundleVerifier.Verify(reader, new Scene().Options());

        Assert.Contains("manifest.json", report.Failure!.Message);
    }

    [Fact]
    public void Open_ZipOfEnormousFile_IsNotInflated()
    {
        var path = Zip(("manifest.json", new byte[64 << 20]));

        using var reader = BundleReader.Open(path);
        var report = BundleVerifier.Verify(reader, new Scene().Options());

        Assert.Contains("more than the", report.Failure!.Message);
    }

    [Fact]
    public void Open_FolderWithALink_IsRefused()
    {
        var bundle = new Scene().Bundle();
        File.CreateSymbolicLink(Path.Combine(bundle, "recording"), "/etc/hostname");

        Assert.Contains("symbolic link", Assert.Throws<UnusableBundleException>(() => BundleReader.Open(bundle)).Message);
    }

    [Fact]
    public void FolderSink_FolderNotEmpty_IsRefused()
    {
        var bundle = new Scene().Bundle();

        Assert.Contains("not empty", Assert.Throws<IOException>(() => new FolderSink(bundle)).Message);
    }

    private static string Zip(params (string Name, byte[] Bytes)[] files)
    {
        var path = Path.Combine(Scene.NewFolder(), "x.zip");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create, leaveOpen: false, Encoding.UTF8);
        foreach (var (name, bytes) in files)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(bytes);
        }
        return path;
    }
}
