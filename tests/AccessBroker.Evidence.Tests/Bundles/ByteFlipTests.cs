namespace AccessBroker.Evidence.Tests;

/// <summary>After one byte of any file is changed, both verifiers fail and name the file; for the entries' files, the entry.</summary>
public class ByteFlipTests
{
    private const int Positions = 200;
    private static readonly Scene Scene = new();

    [Theory]
    [InlineData(BundleFiles.Manifest)]
    [InlineData(BundleFiles.Headers)]
    [InlineData(BundleFiles.Salts)]
    [InlineData(BundleFiles.Bodies)]
    [InlineData(BundleFiles.Checkpoint)]
    [InlineData(BundleFiles.Keys)]
    [InlineData(BundleFiles.Entries)]
    [InlineData(BundleFiles.Parquet)]
    [InlineData(BundleFiles.Ocsf)]
    [InlineData(BundleFiles.People)]
    [InlineData(BundleFiles.Readme)]
    [InlineData(BundleFiles.Verifier)]
    public void Verify_OneByteFlipped_BothVerifiersFailAndNameIt(string file)
    {
        var bundle = Scene.Bundle(withhold: [5]);
        var path = Path.Combine(bundle, file);
        var honest = File.ReadAllBytes(path);
        Assert.True(Scene.Verify(bundle).Verified);
        var random = new Random(file.Length);
        for (var i = 0; i < Positions; i++)
        {
            var at = i * honest.Length / Positions;
            var bytes = (byte[])honest.Clone();
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);

            var report = Scene.Verify(bundle);
            var (code, output) = Scene.RunStandalone(bundle);

            var where = $"{file} byte {at}";
            Assert.False(report.Verified, $"{where}: the library's verifier accepted it");
            Assert.True(code == 1, $"{where}: verify.cs: {output}");
            foreach (var message in new[] { report.Failure!.Message, output.Split("FAILED  ")[1] })
                AssertNames(file, at, message, where);
        }
        File.WriteAllBytes(path, honest);
        Assert.True(Scene.Verify(bundle).Verified);
    }

    [Theory]
    [InlineData(BundleFiles.AllHeaders)]
    [InlineData(BundleFiles.Heads)]
    [InlineData(BundleFiles.Checkpoint)]
    public void WholeLog_OneByteFlipped_BothVerifiersFail(string file)
    {
        var all = Scene.Log.ExportAll(Scene.Note);
        var path = Path.Combine(all, file);
        var honest = File.ReadAllBytes(path);
        for (var i = 0; i < Positions; i++)
        {
            var at = i * honest.Length / Positions;
            if (honest[at] == '\n' && file == BundleFiles.Heads)
                continue; // white space between JSON values carries no evidence
            var bytes = (byte[])honest.Clone();
            bytes[at] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);

            Assert.False(Scene.VerifyAll(all).Verified, $"{file} byte {at}: the library's verifier accepted it");
            var (code, output) = StandaloneProgram.Run("log", all, Scene.Signer.Key.ToString(), Scene.Pinned);
            Assert.True(code == 1, $"{file} byte {at}: verify.cs: {output}");
        }
    }

    private static void AssertNames(string file, int at, string message, string where)
    {
        switch (file)
        {
            case BundleFiles.Headers:
                Assert.True(NamesEntry(message, at / EntryHeader.Size), $"{where}: {message}");
                break;
            case BundleFiles.Salts:
                Assert.True(NamesEntry(message, at / 32), $"{where}: {message}");
                break;
            case BundleFiles.Bodies:
                Assert.True(message.StartsWith("bodies.jsonl entry ", StringComparison.Ordinal) || message.StartsWith("salts.bin entry ", StringComparison.Ordinal), $"{where}: {message}");
                break;
            default:
                // A changed name in the manifest's file list shows as that file being unknown or missing.
                Assert.True(message.StartsWith(file, StringComparison.Ordinal) || file == BundleFiles.Manifest, $"{where}: {message}");
                break;
        }
    }

    private static bool NamesEntry(string message, int seq) =>
        System.Text.RegularExpressions.Regex.IsMatch(message, $@"entry {seq}\b");
}
