using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// A log of 20 entries and more was put back to a backup of 11 and goes on under a new origin. What a customer kept from before
/// either leads to it, or proves what was lost.
/// </summary>
public class RestoreTests
{
    private const string OldOrigin = TestLog.Origin, NewOrigin = "accessbroker.example/log-r2";
    private readonly TestSigner _old = new(OldOrigin);
    private readonly TestSigner _new;
    private readonly TestLog _log;
    private readonly string _before, _lost, _note;
    private readonly int _restore;

    public RestoreTests()
    {
        _new = _old.Under(NewOrigin);
        _log = new TestLog { Keys = _new.Key.ToString() };
        _log.Append(TrailId.System, EntryClass.Event, kind: "log.opened");
        for (var i = 0; i < 3; i++)
            _log.Request("acme", $"/orgs/acme/tickets/{i}");
        _before = _log.Checkpoint(_old);
        _log.Request("acme", "/in the backup, not signed yet");
        var backup = _log.Clone();
        _log.Request("acme", "/lost");
        _log.Request("acme", "/lost too");
        _lost = _log.Checkpoint(_old);

        _log = backup;
        _log.Seal();
        (var size, _restore) = ((ulong)_log.Entries.Count, _log.Entries.Count);
        _log.Append(TrailId.System, EntryClass.Key, new RestoreBody(NewOrigin, OldOrigin, size, _log.Root(), Scene.Size(_lost)).ToBytes("ada", "The disk of the database broke."));
        _log.Request("acme", "/after the restore");
        _log.Heads();
        _log.Seal();
        _note = _log.Sign(_new, NewOrigin);
    }

    [Fact]
    public void Verify_NoPin_HoldsAndSaysThatItWasRestoredAndWhatIsLost()
    {
        var (report, code, output) = Both(Bundle(), null);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Contains(report.Checked, line => line.Contains("restored from a backup of 10 entries and goes on as accessbroker.example/log-r2: 5 later entries of accessbroker.example/log are known to be lost", StringComparison.Ordinal));
        Assert.True(code == 0, output);
        Assert.Contains("restored from a backup of 10 entries, 5 known ones lost", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OldOriginsPinWithinTheBackup_TheNewLogContinuesIt()
    {
        var (report, code, output) = Both(Bundle(Scene.Size(_before)), _before);

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Contains(report.Checked, line => line.StartsWith("It continues your pinned checkpoint of 8 entries", StringComparison.Ordinal));
        Assert.True(code == 0, output);
        (report, code, output) = BothAll(_before);
        Assert.True(report.Verified, report.Failure?.Message);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Verify_OldOriginsPinBeyondTheBackup_FailsAndSaysHowManyAreLost()
    {
        foreach (var (report, code, output) in new[] { Both(Bundle(Scene.Size(_before)), _lost), BothAll(_lost) })
        {
            Assert.Equal("restores.json", report.Failure?.File);
            Assert.Contains("covers 15 entries: 5 entries that you were shown were lost", report.Failure!.Message, StringComparison.Ordinal);
            Assert.True(code == 1, output);
            Assert.Contains("covers 15 entries", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Verify_RestoreLeftOutOfTheBundle_OldOriginsPinFails()
    {
        var (report, code, output) = Both(_log.Export("acme", _note, Scene.Size(_before), firstOrigin: OldOrigin), _before);

        Assert.Equal("pinned checkpoint", report.Failure?.File);
        Assert.True(code == 1, output);
    }

    public static TheoryData<string> Forgeries => ["larger size", "another root", "not in the log", "no restore at all", "other class", "other chain"];

    /// <summary>A vendor who lost more than they say: the statement is an entry under the signed root, or it is nothing.</summary>
    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Verify_ForgedRestore_BothVerifiersFail(string forgery)
    {
        var bundle = Bundle(Scene.Size(_before));
        var path = Path.Combine(bundle, BundleFiles.Restores);
        var json = File.ReadAllText(path);
        var forged = forgery switch
        {
            "larger size" => json.Replace("\\\"restored_size\\\":10", "\\\"restored_size\\\":15", StringComparison.Ordinal),
            "another root" => json.Replace(Convert.ToBase64String(_log.Entries[_restore].Salt), Convert.ToBase64String(new byte[32]), StringComparison.Ordinal),
            "not in the log" => json.Replace("\"index\":10", "\"index\":11", StringComparison.Ordinal),
            "no restore at all" => """{"restores":[1]}""",
            "other class" => json.Replace(Convert.ToBase64String(_log.Entries[_restore].Header), Convert.ToBase64String(_log.Entries[_restore - 1].Header), StringComparison.Ordinal),
            _ => """{"restores":[]}""",
        };
        Assert.NotEqual(json, forged);
        File.WriteAllText(path, forged);
        Scene.Rehash(bundle);

        var (report, code, output) = Both(bundle, _before);

        Assert.False(report.Verified);
        Assert.DoesNotContain("SHA-256", report.Failure!.Message, StringComparison.Ordinal);
        Assert.True(code is 1, output);
    }

    [Fact]
    public void Verify_AuditorHasTheOldNamesKeyOnly_IsToldOfTheNewNameAndNotOfAForgery()
    {
        using var reader = BundleReader.Open(Bundle());
        var report = BundleVerifier.Verify(reader, new VerificationOptions { Key = _old.Key });

        Assert.Contains("The same key signed it as accessbroker.example/log-r2, the name that a log takes after a restore", report.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains(_new.Key.ToString(), report.Failure.Message, StringComparison.Ordinal);
    }

    private string Bundle(ulong pinned = 0) => _log.Export("acme", _note, pinned, firstOrigin: OldOrigin, restores: [_restore]);

    private (VerificationReport Report, int Code, string Output) Both(string bundle, string? pinned)
    {
        using var reader = BundleReader.Open(bundle);
        var report = BundleVerifier.Verify(reader, new VerificationOptions { Key = _new.Key, Pinned = pinned is null ? null : System.Text.Encoding.UTF8.GetBytes(pinned) });
        var (code, output) = StandaloneProgram.Run("bundle", bundle, _new.Key.ToString(), Keep(pinned));
        return (report, code, output);
    }

    private (VerificationReport Report, int Code, string Output) BothAll(string pinned)
    {
        var folder = _log.ExportAll(_note, OldOrigin, [_restore]);
        using var reader = BundleReader.Open(folder);
        var report = WholeLogVerifier.Verify(reader, new VerificationOptions { Key = _new.Key, Pinned = System.Text.Encoding.UTF8.GetBytes(pinned) });
        var (code, output) = StandaloneProgram.Run("log", folder, _new.Key.ToString(), Keep(pinned));
        return (report, code, output);
    }

    private static string? Keep(string? note)
    {
        if (note is null)
            return null;
        var path = Path.Combine(Scene.NewFolder(), "pinned");
        File.WriteAllText(path, note);
        return path;
    }
}
