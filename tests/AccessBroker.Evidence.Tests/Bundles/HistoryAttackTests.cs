namespace AccessBroker.Evidence.Tests;

/// <summary>
/// A forger owns the database: rewrites entries and derives everything anew, chains, heads, tree and proofs. What
/// they cannot do is sign. And an operator who can sign, but whose customers keep checkpoints.
/// </summary>
public class HistoryAttackTests
{
    private static readonly Scene Scene = new();

    public static TheoryData<string> Names => [.. Rewrites.Keys];

    private static readonly Dictionary<string, Action<TestLog>> Rewrites = new()
    {
        ["edit body"] = log => Edit(log, 5, e => e with { Body = TestLog.Json("""{"actor":"p-eve","kind":"http.outcome","tenant":"acme"}""") }),
        ["edit last entry"] = log => Edit(log, 13, e => e with { Body = TestLog.Json("""{"kind":"http.outcome"}""") }),
        ["edit actor's id"] = log => Edit(log, 6, e => e with { Salt = new byte[32] }),
        ["backdate all before"] = log =>
        {
            for (var seq = 0; seq <= 5; seq++)
                Edit(log, seq, e => e with { Time = e.Time - 3_600_000_000 });
        },
        ["delete a pair"] = log => { Remove(log, 5); Remove(log, 4); },
        ["reorder pairs"] = log =>
        {
            var at = log.Of("acme");
            (log.Entries[at[4]], log.Entries[at[6]]) = (log.Entries[at[6]] with { Time = log.Entries[at[4]].Time }, log.Entries[at[4]] with { Time = log.Entries[at[6]].Time });
            (log.Entries[at[5]], log.Entries[at[7]]) = (log.Entries[at[7]] with { Time = log.Entries[at[5]].Time }, log.Entries[at[5]] with { Time = log.Entries[at[7]].Time });
        },
        ["insert"] = log => log.Entries.Insert(log.Of("acme")[6], log.Entries[log.Of("acme")[6]] with { Id = Guid.CreateVersion7(), Class = EntryClass.Event }),
        ["truncate the tail"] = log => { Remove(log, 13); Remove(log, 12); },
        ["give it to another customer"] = log => { Give(log, 12); Give(log, 12); },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_RewrittenHistoryUnderTheSignedCheckpoint_BothVerifiersFailAtTheProof(string attack)
    {
        var log = Scene.Log.Clone();
        Rewrites[attack](log);
        while (log.Entries.Count < Scene.Log.Entries.Count) // the size is signed: fill up elsewhere
            log.Entries.Insert(0, log.Entries[0] with { Id = Guid.CreateVersion7() });
        log.Seal();

        Scene.AssertBothFail(log.Export("acme", Scene.Note, Scene.Size(Scene.OldNote)), "manifest.json", "entry 26");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_RewrittenWholeLog_BothVerifiersFail(string attack)
    {
        var log = Scene.Log.Clone();
        Rewrites[attack](log);
        while (log.Entries.Count < Scene.Log.Entries.Count)
            log.Entries.Insert(0, log.Entries[0] with { Id = Guid.CreateVersion7() });
        log.Entries.RemoveRange(27, log.Entries.Count - 27);
        log.Seal();

        AssertBothFailAll(log.ExportAll(Scene.Note), pinned: false, "all-headers.bin");
    }

    [Fact]
    public void Verify_Fork_FailsAgainstThePinnedCheckpoint()
    {
        var fork = Scene.Log.Clone();
        Edit(fork, 3, e => e with { Body = TestLog.Json("""{"kind":"http.outcome","other":"history"}""") });
        fork.Seal();
        var note = fork.Sign(Scene.Signer); // the operator shows each customer a log of their own

        Scene.AssertBothFail(fork.Export("acme", note, Scene.Size(Scene.OldNote)), "manifest.json consistency", "two histories");
        AssertBothFailAll(fork.ExportAll(note), pinned: true, "checkpoint root", "two histories");
    }

    [Fact]
    public void Verify_ForkOfTheSameSize_FailsAgainstThePinnedCheckpoint()
    {
        var scene = new Scene();
        File.WriteAllText(scene.Pinned, scene.Note);
        var fork = scene.Log.Clone();
        Edit(fork, 3, e => e with { Body = TestLog.Json("""{"kind":"http.outcome","other":"history"}""") });
        fork.Seal();

        scene.AssertBothFail(fork.Export("acme", fork.Sign(scene.Signer)), "checkpoint root", "two histories");
    }

    [Fact]
    public void Verify_Rollback_FailsAgainstTheNewerPinnedCheckpoint()
    {
        var scene = new Scene();
        File.WriteAllText(scene.Pinned, scene.Note);

        scene.AssertBothFail(scene.Log.Export("acme", scene.OldNote), "checkpoint size", "rolled back");
    }

    [Fact]
    public void Verify_PinnedOfAnotherOriginOrUnsigned_Fails()
    {
        var scene = new Scene();
        File.WriteAllText(scene.Pinned, scene.Log.Sign(new TestSigner("old.example/log"), "old.example/log"));
        scene.AssertBothFail(scene.Bundle(), "pinned checkpoint signature");

        File.WriteAllText(scene.Pinned, scene.Log.Sign(scene.Signer, "old.example/log"));
        scene.AssertBothFail(scene.Bundle(), "pinned checkpoint origin");
    }

    [Fact]
    public void Verify_OperatorCommitsAShortHead_BundleAndWholeLogFail()
    {
        // The operator signs a heads entry that hides acme's last entry.
        var log = new TestLog { Entries = Scene.Log.Clone().Entries, Lie = record => record.Trail == TestLog.Trail("acme") ? record with { Count = record.Count - 1 } : record };
        log.Seal();
        var note = log.Sign(Scene.Signer);

        Scene.AssertBothFail(log.Export("acme", note), "manifest.json");
        var whole = log.ExportAll(note);
        AssertBothFailAll(whole, pinned: false, "heads.json", "entry 17", "as they stood");
    }

    [Fact]
    public void Verify_CheckpointThatDoesNotEndWithItsHeadsEntry_Fails()
    {
        var log = Scene.Log.Clone();
        log.Request("acme", "/late");
        log.Seal();
        var note = log.Sign(Scene.Signer);
        File.WriteAllText(Path.Combine(Scene.NewFolder(), "x"), note);

        Scene.AssertBothFail(log.Export("acme", note, Scene.Size(Scene.OldNote)), "manifest.json heads_header", "entry 28", "class 2");
        AssertBothFailAll(log.ExportAll(note), pinned: false, "checkpoint size", "heads entry");
    }

    public static TheoryData<string> SignedNames => [.. Signed.Keys];

    /// <summary>Logs that are wrong in themselves, but signed: nobody but the rules catches them.</summary>
    private static readonly Dictionary<string, (Action<TestLog> Build, string[] Named)> Signed = new()
    {
        ["outcome without intent"] = (log => log.Append("acme", EntryClass.Outcome, reference: Guid.CreateVersion7()), ["entry 2", "intent"]),
        ["outcome of an outcome"] = (log => log.Append("acme", EntryClass.Outcome, reference: log.Entries[1].Id), ["entry 2", "intent"]),
        ["second outcome"] = (log => log.Append("acme", EntryClass.Outcome, reference: log.Entries[0].Id), ["entry 2", "outcome"]),
        ["outcome of another trail's intent"] = (log => log.Append("acme", EntryClass.Outcome, reference: log.Append("globex", EntryClass.Intent).Id), ["entry 2", "intent"]),
        ["intent with a ref"] = (log => log.Append("acme", EntryClass.Intent, reference: log.Entries[0].Id), ["entry 2", "ref"]),
        ["erase without a ref"] = (log => log.Append("acme", EntryClass.Erase), ["entry 2", "ref"]),
        ["duplicate id"] = (log => log.Entries.Add(log.Append("acme", EntryClass.Event) with { }), ["entry 3", "duplicate"]),
        ["time goes back"] = (log => log.Entries.Add(log.Append("acme", EntryClass.Event) with { Id = Guid.CreateVersion7(), Time = 5 }), ["entry 3", "before"]),
        ["heads entry of a customer"] = (log => log.Append("acme", EntryClass.Heads), ["entry 2", "heads entry"]),
        ["duplicate key in a body"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("""{"a":1,"a":2}""")), ["bodies.jsonl entry 2"]),
        ["body not canonical"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("""{"b":1,"a":2}""")), ["bodies.jsonl entry 2", "canonical"]),
        ["needless escape in a body"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("""{"k\u0069nd":"a"}""")), ["bodies.jsonl entry 2"]),
        ["white space after a body"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("{\"kind\":\"a\"}\r")), ["bodies.jsonl entry 2"]),
        ["body a text"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("\"present\"")), ["bodies.jsonl entry 2", "object"]),
        ["float in a body"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("""{"a":1.5}""")), ["bodies.jsonl entry 2"]),
        ["body no object"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json("[]")), ["bodies.jsonl entry 2", "object"]),
        ["body too long"] = (log => log.Append("acme", EntryClass.Event, TestLog.Json($$"""{"a":"{{new string('x', 65529)}}"}""")), ["bodies.jsonl entry 2"]),
        ["body invalid UTF-8"] = (log => log.Append("acme", EntryClass.Event, [(byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}']), ["bodies.jsonl entry 2"]),
        ["erasure of a later entry"] = (log =>
        {
            var id = Guid.CreateVersion7();
            log.Append("acme", EntryClass.Erase, reference: id);
            log.Entries.Add(log.Append("acme", EntryClass.Event) with { Id = id, Erased = true });
        }, ["bodies.jsonl entry 4", "null"]),
        ["erasure on another trail"] = (log =>
        {
            log.Append("globex", EntryClass.Erase, reference: log.Entries[0].Id);
            log.Remove(log.Entries[0]);
        }, ["bodies.jsonl entry 0", "null"]),
        ["prune of a range yet to come"] = (log => log.Append("acme", EntryClass.Prune, b => b.Add("from_seq", 0).Add("to_seq", 2)), ["bodies.jsonl entry 2", "to_seq"]),
        ["prune without a range"] = (log => log.Append("acme", EntryClass.Prune), ["bodies.jsonl entry 2", "from_seq"]),
        ["null body beside the pruned range"] = (log =>
        {
            log.Append("acme", EntryClass.Prune, b => b.Add("from_seq", 0).Add("to_seq", 0));
            log.Remove(log.Entries[1]);
        }, ["bodies.jsonl entry 1", "null"]),
    };

    [Theory]
    [MemberData(nameof(SignedNames))]
    public void Verify_SignedLogThatBreaksARule_BothVerifiersNameEntryAndReason(string attack)
    {
        var scene = new Scene();
        var log = new TestLog { Keys = scene.Signer.Key.ToString() };
        log.Request("acme", "/a");
        var (build, named) = Signed[attack];
        build(log);
        log.Heads();
        log.Seal();
        var bundle = log.Export("acme", log.Sign(scene.Signer));

        var report = scene.Verify(bundle, scene.Options(pinned: false));
        var (code, output) = StandaloneProgram.Run("bundle", bundle, scene.Signer.Key.ToString());

        Assert.False(report.Verified);
        Assert.True(code == 1, output);
        Assert.All(named, name => Assert.Contains(name, report.Failure!.Message));
        Assert.All(named, name => Assert.Contains(name, output));
    }

    private static void AssertBothFailAll(string folder, bool pinned, params string[] named)
    {
        var report = Scene.VerifyAll(folder, Scene.Options(pinned));
        var (code, output) = StandaloneProgram.Run("log", folder, Scene.Signer.Key.ToString(), pinned ? Scene.Pinned : null);

        Assert.False(report.Verified);
        Assert.True(code == 1, output);
        Assert.All(named, name => Assert.Contains(name, report.Failure!.Message));
        Assert.All(named, name => Assert.Contains(name, output));
    }

    private static void Edit(TestLog log, int seq, Func<TestEntry, TestEntry> edit)
    {
        var at = log.Of("acme")[seq];
        log.Entries[at] = edit(log.Entries[at]);
    }

    private static void Remove(TestLog log, int seq) => log.Entries.RemoveAt(log.Of("acme")[seq]);

    private static void Give(TestLog log, int seq)
    {
        var at = log.Of("acme")[seq];
        log.Entries[at] = log.Entries[at] with { Customer = "globex" };
    }
}
