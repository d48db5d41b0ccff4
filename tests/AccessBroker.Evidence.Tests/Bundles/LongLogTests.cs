namespace AccessBroker.Evidence.Tests;

/// <summary>
/// What is verified with temporary files, as a log of millions of entries is: here a handful of ids is as much as memory may hold.
/// The same attacks are caught by the same sentences, and nothing is left on disk.
/// </summary>
public sealed class LongLogTests
{
    private const int InMemory = 4;

    private readonly Scene _scene = new();

    [Fact]
    public void Bundle_LongerThanMemory_VerifiesAndLeavesNothingBehind()
    {
        var report = _scene.Verify(_scene.Bundle(), _scene.Options() with { IdsInMemory = InMemory });

        Assert.True(report.Verified, report.Failure?.Message);
        Assert.Equal(_scene.Verify(_scene.Bundle()).Checked, report.Checked);
        Assert.Equal(3UL, report.ErasedBodies);
    }

    [Fact]
    public void Log_LongerThanMemory_Verifies()
    {
        var report = _scene.VerifyAll(_scene.Log.ExportAll(_scene.Note), _scene.Options() with { IdsInMemory = InMemory });

        Assert.True(report.Verified, report.Failure?.Message);
    }

    /// <summary>By an operator who has the signing key, so that nothing but the rule itself can catch it.</summary>
    public static TheoryData<string, string> Attacks => new()
    {
        { "duplicate id", "is a duplicate" },
        { "second outcome", "is a second outcome of intent" },
        { "outcome without intent", "is no earlier intent of this trail" },
        { "outcome before its intent", "is no earlier intent of this trail" },
        { "outcome of another customer's intent", "is no earlier intent of this trail" },
        { "body removed", "it was removed" },
        { "erased before it was written", "it was removed" },
        { "pruned but for one", "it was removed" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Bundle_LongerThanMemory_SameVerdictAsInMemory(string attack, string sentence)
    {
        var log = Forge(attack);
        var bundle = log.Export("acme", log.Checkpoint(_scene.Signer));

        var few = _scene.Verify(bundle, _scene.Options(pinned: false)).Failure;
        var many = _scene.Verify(bundle, _scene.Options(pinned: false) with { IdsInMemory = InMemory }).Failure;

        Assert.Contains(sentence, many?.Message, StringComparison.Ordinal);
        Assert.Equal(few!.Message, many!.Message);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Log_LongerThanMemory_SameVerdictAsInMemory(string attack, string sentence)
    {
        var log = Forge(attack);
        var folder = log.ExportAll(log.Checkpoint(_scene.Signer));

        var few = _scene.VerifyAll(folder, _scene.Options(pinned: false)).Failure;
        var many = _scene.VerifyAll(folder, _scene.Options(pinned: false) with { IdsInMemory = InMemory }).Failure;

        Assert.Equal(few?.Message, many?.Message);
        if (sentence == "it was removed")
            Assert.Null(many); // bodies are not in these files
        else
            Assert.Contains(sentence, many?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundle_NoRoomForTemporaryFiles_SaysHowToMakeSome()
    {
        var options = _scene.Options() with { IdsInMemory = InMemory, TemporaryFolder = "/proc/nowhere" };

        var unusable = Assert.Throws<UnusableBundleException>(() => _scene.Verify(_scene.Bundle(), options));

        Assert.Contains("/proc/nowhere", unusable.Message, StringComparison.Ordinal);
        Assert.Contains("TMPDIR", unusable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("honest")]
    [InlineData("body removed")]
    public void Bundle_VerifiedOrNot_NothingIsLeftOnDisk(string attack)
    {
        var place = Scene.NewFolder();
        var log = attack == "honest" ? _scene.Log.Clone() : Forge(attack);
        _scene.Verify(log.Export("acme", log.Checkpoint(_scene.Signer)), _scene.Options(pinned: false) with { IdsInMemory = InMemory, TemporaryFolder = place });

        Assert.Empty(Directory.EnumerateFileSystemEntries(place));
    }

    [Fact]
    public void Spool_WhileInUse_OnlyItsOwnerCanEnter()
    {
        var place = Scene.NewFolder();
        using (var spool = new IdSpool(place, 3))
        {
            var folder = Assert.Single(Directory.GetDirectories(place));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(place));
    }

    private TestLog Forge(string attack)
    {
        var log = _scene.Log.Clone();
        var own = log.Of("acme").Select(i => log.Entries[i]).ToList();
        var intents = own.Where(e => e.Class == EntryClass.Intent).ToList();
        switch (attack)
        {
            case "duplicate id":
                log.Append("acme", EntryClass.Event, kind: "test.event");
                log.Entries[^1] = log.Entries[^1] with { Id = own[0].Id };
                break;
            case "second outcome":
                log.Append("acme", EntryClass.Outcome, reference: intents[1].Id, kind: "http.outcome");
                break;
            case "outcome without intent":
                log.Append("acme", EntryClass.Outcome, reference: Guid.CreateVersion7(), kind: "http.outcome");
                break;
            case "outcome before its intent":
                var intent = log.Append("acme", EntryClass.Intent);
                log.Entries.RemoveAt(log.Entries.Count - 1);
                log.Append("acme", EntryClass.Outcome, reference: intent.Id, kind: "http.outcome");
                log.Append("acme", EntryClass.Intent);
                log.Entries[^1] = log.Entries[^1] with { Id = intent.Id };
                break;
            case "outcome of another customer's intent":
                log.Append("acme", EntryClass.Outcome, reference: log.Append("globex", EntryClass.Intent).Id, kind: "http.outcome");
                break;
            case "body removed":
                log.Remove(intents[2]);
                break;
            case "erased before it was written":
                var early = log.Append("acme", EntryClass.Intent);
                log.Entries.RemoveAt(log.Entries.Count - 1);
                log.Append("acme", EntryClass.Erase, b => b.Add("authority", "data subject"), early.Id, "log.erased");
                log.Append("acme", EntryClass.Intent);
                log.Entries[^1] = log.Entries[^1] with { Id = early.Id };
                log.Remove(log.Entries[^1]);
                break;
            default:
                log.Prune("acme", 2, 4);
                log.Prune("acme", 6, 7);
                log.Remove(log.Entries[log.Of("acme")[5]]);
                break;
        }
        return log;
    }
}
