using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage.Tests;

/// <summary>A database that was put back to an earlier day is noticed, declared, and brings nothing back that was erased.</summary>
public abstract partial class AuditStoreSuite
{
    private const string Reason = "The disk of the database broke.";

    [Fact]
    public async Task Restore_OlderBackup_NothingServesOrSignsUntilDeclared_ThenNewOriginAndErasedAgain()
    {
        await using var database = await CreateDatabaseAsync();
        AppendedEntry secret;
        string kept, lost;
        await using (var node = await TestNode.StartAsync(database))
        {
            await AddTenantAsync(node, "acme");
            secret = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret"));
            kept = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
        }
        await database.BackUpAsync();
        await using (var node = await TestNode.StartAsync(database))
        {
            Assert.Equal(1, await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { secret.Index } }), null, default));
            await node.Log.AppendAsync(TestNode.Event("acme", reason: "lost with the restore"));
            lost = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
        }
        var last = await File.ReadAllTextAsync(Path.Combine(database.Folder, "keys", "log-memory", "signed-1")); // of the shutdown
        await database.RestoreAsync();

        var refusal = await Assert.ThrowsAsync<LogRestoredException>(() => TestNode.StartAsync(database));
        Assert.Contains("an older backup was restored, or entries were removed. Nothing is signed until that is declared", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("declare-restore", refusal.Message, StringComparison.Ordinal);

        var declared = await DeclareAsync(database);
        Assert.Equal(("test.example/log-r2", "test.example/log"), (declared.Origin, declared.OldOrigin));
        Assert.Equal(Size(last) - declared.Size, declared.Lost);
        Assert.True(declared.Lost > 0);

        await using var restored = await TestNode.StartAsync(database);
        Assert.Null((await restored.Get<ITrailReader>().ReadAsync(secret.Index))!.Body); // not eventually: before anything was served
        var published = await restored.Get<CheckpointPublisher>().PublishAsync();
        Assert.StartsWith("test.example/log-r2\n", published.Note, StringComparison.Ordinal);

        var folder = Path.Combine(database.Folder, "restored");
        await using (var sink = new FolderSink(folder))
            await restored.Get<BundleExporter>().WriteAsync(sink, Request() with { Pinned = kept }, null, default);
        var report = Verification.AssertVerified(folder, restored.Get<ILogKeys>().Signers[0].Key, kept);
        Assert.Equal(1ul, report.ErasedBodies);
        Assert.Contains(report.Checked, line => line.Contains($"{declared.Lost} later entries of test.example/log are known to be lost", StringComparison.Ordinal));
        Assert.Contains("\"replay\":true", await File.ReadAllTextAsync(Path.Combine(folder, BundleFiles.Bodies)), StringComparison.Ordinal);

        await using var other = new FolderSink(Path.Combine(database.Folder, "never"));
        var gone = await Assert.ThrowsAsync<PinnedCheckpointException>(() => restored.Get<BundleExporter>().WriteAsync(other, Request() with { Pinned = lost }, null, default));
        Assert.Contains("are lost", gone.Message, StringComparison.Ordinal);
        await restored.Get<CheckpointPublisher>().PublishAsync(); // what was declared stops nobody again
        Assert.Contains("Nothing is lost", (await Assert.ThrowsAsync<DeclarationRefusedException>(async () =>
        {
            await restored.StopAsync();
            await DeclareAsync(database);
        })).Message, StringComparison.Ordinal);
    }

    /// <summary>The node's own memory may be gone with its disk: then a customer's checkpoint is the witness, and is remembered from then on.</summary>
    [Fact]
    public async Task Restore_KnownToACustomerOnly_TheirCheckpointStopsSigningAndTheNextStart()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var node = await TestNode.StartAsync(database))
            await node.Log.AppendAsync(TestNode.Event("acme"));
        await database.BackUpAsync();
        string customers;
        await using (var node = await TestNode.StartAsync(database))
        {
            for (var i = 0; i < 20; i++)
                await node.Log.AppendAsync(TestNode.Event("acme"));
            customers = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
        }
        await database.RestoreAsync();
        (string, string) elsewhere = ("Log:Memory", Path.Combine(database.Folder, "new disk"));

        await using (var node = await TestNode.StartAsync(database, elsewhere))
        {
            await node.Get<CheckpointPublisher>().PublishAsync();
            await using var sink = new FolderSink(Path.Combine(database.Folder, "never"));
            var refusal = await Assert.ThrowsAsync<PinnedCheckpointException>(() => node.Get<BundleExporter>().WriteAsync(sink, Request() with { Pinned = customers }, null, default));
            Assert.Contains("it was rolled back. Keep the checkpoint, it proves it", refusal.Message, StringComparison.Ordinal);
            var stopped = await Assert.ThrowsAsync<SigningStoppedException>(() => node.Get<CheckpointPublisher>().PublishAsync());
            Assert.Contains("acme keeps a checkpoint of", stopped.Message, StringComparison.Ordinal);
            await node.Log.AppendAsync(TestNode.Event("acme")); // and is recorded still
            await Eventually.Async(async () => (await FindKindAsync(node, "alert.pinned_ahead")).Count == 1);
        }
        Assert.Contains("pinned-acme", (await Assert.ThrowsAsync<LogRestoredException>(() => TestNode.StartAsync(database, elsewhere))).Message, StringComparison.Ordinal);
        await DeclareAsync(database, elsewhere);
        await using var declared = await TestNode.StartAsync(database, elsewhere);
        Assert.StartsWith("test.example/log-r2\n", (await declared.Get<CheckpointPublisher>().PublishAsync()).Note, StringComparison.Ordinal);
    }

    /// <summary>Without a memory of its own, on the word of checkpoints that others kept.</summary>
    [Fact]
    public async Task Restore_Twice_EachIsDeclaredByWhatOthersKeptAndTheFirstNamesPinStillLeadsHere()
    {
        await using var database = await CreateDatabaseAsync();
        (string, string) none = ("Log:Memory", "");
        var first = await GrowAsync(database, none);
        for (var round = 2; round <= 3; round++)
        {
            await database.BackUpAsync();
            var known = await GrowAsync(database, none);
            await database.RestoreAsync();
            Assert.Contains("Nothing that this log signed is known here", (await Assert.ThrowsAsync<DeclarationRefusedException>(() => DeclareAsync(database, none))).Message, StringComparison.Ordinal);
            Assert.Equal($"test.example/log-r{round}", (await DeclareAsync(database, none, known)).Origin);
            await GrowAsync(database, none);
        }

        await using var node = await TestNode.StartAsync(database, none);
        var folder = Path.Combine(database.Folder, "twice");
        await using (var sink = new FolderSink(folder))
            await node.Get<BundleExporter>().WriteAsync(sink, Request() with { Pinned = first }, null, default);
        var report = Verification.AssertVerified(folder, node.Get<ILogKeys>().Signers[0].Key, first);
        Assert.Equal(2, report.Checked.Count(line => line.StartsWith("The log was restored from a backup", StringComparison.Ordinal)));
    }

    /// <summary>The backup is older than the key: what was signed by it alone was signed by nobody that the restored database knows.</summary>
    [Fact]
    public async Task Restore_BackupFromBeforeAKeyRotation_IsNoticedAndGoesOnUnderTheKeyThatItHas()
    {
        var clock = new WrongClock();
        await using var database = await CreateDatabaseAsync();
        var kept = await GrowAsync(database, ("Log:Node", "1"));
        await database.BackUpAsync();
        string lost;
        await using (var node = await TestNode.StartAsync(database, clock))
        {
            var rotated = await node.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default);
            clock.Ahead = Hour + TimeSpan.FromMinutes(1);
            Assert.Equal([rotated.New], node.Get<ILogKeys>().Signers.Select(s => s.Key));
            await node.Log.AppendAsync(TestNode.Event("acme"));
            lost = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
            Assert.Single(SignedNote.Parse(lost).Signatures);
        }
        await database.RestoreAsync();

        await Assert.ThrowsAsync<LogRestoredException>(() => TestNode.StartAsync(database));
        var refusal = await Assert.ThrowsAsync<DeclarationRefusedException>(() => DeclareAsync(database, ("Log:Memory", ""), lost));
        Assert.Contains("If its key was made after the backup, put the checkpoint into Log:Memory", refusal.Message, StringComparison.Ordinal);
        var declared = await DeclareAsync(database);

        Assert.True(declared.Lost > 0);
        await using var restored = await TestNode.StartAsync(database);
        var folder = Path.Combine(database.Folder, "restored");
        await using (var sink = new FolderSink(folder))
            await restored.Get<BundleExporter>().WriteAsync(sink, Request() with { Pinned = kept }, null, default);
        Verification.AssertVerified(folder, Assert.Single(restored.Get<ILogKeys>().Signers).Key, kept);
    }

    [Fact]
    public async Task Declare_WhileANodeRuns_IsRefused()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));

        Assert.Contains("Stop all nodes", (await Assert.ThrowsAsync<DeclarationRefusedException>(() => DeclareAsync(database))).Message, StringComparison.Ordinal);
    }

    /// <summary>Whoever can write the database cannot rename the log, which would make its nodes forget what they signed.</summary>
    [Fact]
    public async Task Start_DatabaseSaysThatTheLogWasRenamedAndTheLogDoesNot_IsRefused()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var node = await TestNode.StartAsync(database))
        {
            await node.Log.AppendAsync(TestNode.Event("acme"));
            await node.Get<IRestoreStore>().AddAsync(0, "mallory.example/log", default);
        }

        Assert.Contains("somebody changed the setting", (await Assert.ThrowsAsync<InvalidDataException>(() => TestNode.StartAsync(database))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhatWasRememberedCannotBeRead_IsRefusedAndSaysWhichFile()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var node = await TestNode.StartAsync(database))
            await node.Log.AppendAsync(TestNode.Event("acme"));
        var file = Path.Combine(database.Folder, "keys", "log-memory", "signed-1");
        await File.WriteAllTextAsync(file, "");

        Assert.Contains(file, (await Assert.ThrowsAsync<InvalidDataException>(() => TestNode.StartAsync(database))).Message, StringComparison.Ordinal);
    }

    /// <returns>The checkpoint at its end.</returns>
    private static async Task<string> GrowAsync(TestDatabase database, (string, string) setting)
    {
        await using var node = await TestNode.StartAsync(database, setting);
        for (var i = 0; i < 5; i++)
            await node.Log.AppendAsync(TestNode.Event("acme"));
        return (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
    }

    private static async Task<DeclaredRestore> DeclareAsync(TestDatabase database, (string, string)? setting = null, params string[] known)
    {
        using var host = await TestNode.BuildAsync(database, TimeProvider.System, setting is { } s ? [s] : []);
        return await host.Services.GetRequiredService<RestoreDeclaration>().RunAsync("ada", Reason, null, known, default);
    }

    private static Task<IReadOnlyList<AuditEvent>> FindKindAsync(TestNode node, string kind) =>
        node.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = [TrailId.System], Including = [new AuditTerm(AuditField.Kind, kind)] }, default);

    private static long Size(string note) => (long)Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
}
