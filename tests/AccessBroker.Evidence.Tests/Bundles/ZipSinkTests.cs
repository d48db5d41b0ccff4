using System.IO.Compression;

namespace AccessBroker.Evidence.Tests;

public class ZipSinkTests
{
    private readonly Scene _scene = new();

    [Fact]
    public async Task CompleteAsync_Twice_WritesOneZip()
    {
        using var output = new MemoryStream();
        await using var sink = new ZipSink(output, new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero));
        _scene.Log.Export(sink, "acme", _scene.Note, Scene.Size(_scene.OldNote)); // the writer completes the sink
        var once = output.Length;

        await sink.CompleteAsync(TestContext.Current.CancellationToken);

        Assert.Equal(once, output.Length);
        using var zip = new ZipArchive(new MemoryStream(output.ToArray()));
        Assert.NotNull(zip.GetEntry(BundleFiles.Manifest));
    }

    [Fact]
    public async Task Reopen_BeforeItIsAZip_ReadsWhatTheZipWillHold()
    {
        var path = Path.Combine(Scene.NewFolder(), "bundle.zip");
        var early = new Dictionary<string, byte[]>();
        await using (var file = File.Create(path))
        {
            await using var sink = new ZipSink(file, new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero));
            _scene.Log.Export(sink, "acme", _scene.Note, Scene.Size(_scene.OldNote));
            using var written = sink.Reopen();
            Assert.True(BundleVerifier.Verify(written, _scene.Options()).Verified);
            foreach (var name in written.Names)
                early[name] = written.ReadAll(name, int.MaxValue);
        }

        using var zip = BundleReader.Open(path);
        Assert.Equal(early.Keys.Order(), zip.Names.Order());
        Assert.All(early, file => Assert.Equal(file.Value, zip.ReadAll(file.Key, int.MaxValue)));
    }
}
