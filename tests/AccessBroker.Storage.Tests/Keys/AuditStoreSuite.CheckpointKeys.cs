using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace AccessBroker.Storage.Tests;

/// <summary>A new checkpoint key beside the old one, and the old one's end.</summary>
public abstract partial class AuditStoreSuite
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task RotateCheckpoint_WhileAnotherNodeRuns_ItsNextCheckpointHoldsForWhoHasEitherKey()
    {
        await using var database = await CreateDatabaseAsync();
        await using var running = await TestNode.StartAsync(database);
        await running.Log.AppendAsync(TestNode.Event("acme"));
        var old = running.Get<ILogKeys>().Signers[0].Key;
        var pinned = (await running.Get<CheckpointPublisher>().PublishAsync()).Note;
        KeySuccession succession;
        await using (var verb = TestNode.AsVerb(database))
            succession = await verb.Get<BriefNode>().WithAsync(() => verb.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default), default);

        var note = SignedNote.Parse((await running.Get<CheckpointPublisher>().PublishAsync()).Note);

        Assert.Equal((old, false), (succession.Old, succession.New.Equals(old)));
        Assert.True(note.Verify([old]).IsValid);
        Assert.True(note.Verify([succession.New]).IsValid);
        Assert.Equal(2, note.Signatures.Count);
        var folder = await ExportAsync(database, running, pinned);
        Verification.AssertVerified(folder, old, pinned);
        Verification.AssertVerified(folder, succession.New);
        Assert.Equal($"{succession.New}\n{old}\n", await File.ReadAllTextAsync(Path.Combine(folder, BundleFiles.Keys)));
        var entry = Assert.Single(await HeadersAsync(running), h => h.Header.Class == EntryClass.Key);
        Assert.Equal(running.Get<ILogKeys>().TrailOf(TrailId.System), entry.Header.Trail);
        var body = await BodyAsync(running, entry.Index);
        Assert.Contains("\"kind\":\"log.key_added\"", body, StringComparison.Ordinal);
        Assert.Contains("\"by\":\"rosa\"", body, StringComparison.Ordinal);
        Assert.Contains($"\"until\":{succession.Until.ToUnixTimeSeconds()}000000", body, StringComparison.Ordinal);
        Assert.True(KeySuccession.TryVerify(succession.Statement, old, out var stated, out _) && stated.New.Equals(succession.New));
        Assert.True((await StoredLog.VerifyAsync(running, database)).Verified);
    }

    [Fact]
    public async Task RotateCheckpoint_OverlapOver_OldKeyIsDestroyedAndWhatItSignedStillCounts()
    {
        var clock = new WrongClock();
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database, clock);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        var pinned = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
        var (old, next, _, _) = await node.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default);

        clock.Ahead = Hour - TimeSpan.FromMinutes(1);
        await node.Get<IEnumerable<IHostedService>>().OfType<KeyUpkeep>().Single().RunAsync(default);
        Assert.Equal(2, node.Get<ILogKeys>().Signers.Count);
        clock.Ahead = Hour + TimeSpan.FromMinutes(1);
        Assert.Equal([next], node.Get<ILogKeys>().Signers.Select(s => s.Key)); // at once, whoever retires it
        await Eventually.Async(async () => (await KeyRowsAsync(node))[0].RetiredAt is not null);

        var rows = await KeyRowsAsync(node);
        Assert.Empty(rows[0].SealedPrivate);
        Assert.Equal(old.PublicKey.ToArray(), rows[0].Public);
        Assert.NotEmpty(rows[1].SealedPrivate);
        var retired = (await HeadersAsync(node)).Where(h => h.Header.Class == EntryClass.Key).ToList();
        Assert.Equal(2, retired.Count);
        Assert.Contains("\"kind\":\"log.key_retired\"", await BodyAsync(node, retired[1].Index), StringComparison.Ordinal);
        await using var restarted = await TestNode.StartAsync(database, clock);
        Assert.Equal([next], restarted.Get<ILogKeys>().Signers.Select(s => s.Key));
        Assert.Equal([old, next], restarted.Get<ILogKeys>().EveryKey);

        var folder = await ExportAsync(database, restarted, pinned); // the pin was signed by a key that is gone
        Assert.True(Verify(folder, next, pinned, old).Verified);
        Assert.Contains("--older-key", Verify(folder, next, pinned).Failure!.Message, StringComparison.Ordinal);
        var refusal = Verify(folder, old, null).Failure!.Message;
        Assert.Contains("the log's key was rotated, or this is forged", refusal, StringComparison.Ordinal);
        Assert.Contains("audit vkey --trusted", refusal, StringComparison.Ordinal);
        Assert.False(Verify(folder, old, pinned, next).Verified); // an older key signs nothing new, whichever way round it is given
    }

    [Fact]
    public async Task SigningKeyRow_ThatNoEntryNames_SignsNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        var key = node.Get<ILogKeys>().Signers[0].Key;
        const string columns = "\"Purpose\", \"KeyId\", \"Public\", \"SealedPrivate\", \"CreatedAt\", \"EntryIndex\"";
        await database.ExecuteAsOwnerAsync(
            $"INSERT INTO signing_key ({columns}) SELECT \"Purpose\", '2', \"Public\", \"SealedPrivate\", \"CreatedAt\" + 1, 0 FROM signing_key WHERE \"Purpose\" = 'checkpoint';" +
            $"INSERT INTO signing_key ({columns}) SELECT \"Purpose\", '3', \"Public\", \"SealedPrivate\", \"CreatedAt\" + 2, NULL FROM signing_key WHERE \"Purpose\" = 'checkpoint' AND \"KeyId\" = '1';" +
            $"INSERT INTO signing_key ({columns}) SELECT \"Purpose\", 'x', \"Public\", \"SealedPrivate\", \"CreatedAt\" + 3, 99 FROM signing_key WHERE \"Purpose\" = 'checkpoint' AND \"KeyId\" = '1'");

        await AssertSignedByAsync(node, key);
        await using var restarted = await TestNode.StartAsync(database);
        await AssertSignedByAsync(restarted, key);
        var rotated = await restarted.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default);
        await AssertSignedByAsync(node, rotated.New, key);
    }

    /// <summary>A row whose entry names it, and whose key is another: somebody who can seal, but has not the right key.</summary>
    [Fact]
    public async Task SigningKeyRow_OtherKeyUnderATrueEntry_SignsNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        var key = node.Get<ILogKeys>().Signers[0].Key;
        await node.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default);
        var other = Convert.ToHexString(node.Get<ISecretBox>().Seal("checkpoint/2", new byte[32]));
        var literal = database.Provider == StorageProvider.Sqlite ? $"X'{other}'" : $"'\\x{other}'";
        await database.ExecuteAsOwnerAsync($"UPDATE signing_key SET \"SealedPrivate\" = {literal} WHERE \"Purpose\" = 'checkpoint' AND \"KeyId\" = '2'");

        await using var restarted = await TestNode.StartAsync(database);

        await AssertSignedByAsync(restarted, key);
    }

    [Fact]
    public async Task RotateCheckpoint_TwoAtOnce_OneWins()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database);
        await using var two = await TestNode.StartAsync(database);

        var ran = await Task.WhenAll(new[] { one, two }.Select(node => Task.Run(async () =>
        {
            try
            {
                await node.Get<CheckpointRotation>().RunAsync(Hour, "rosa", again: false, default);
                return "";
            }
            catch (KeyRotationException refused)
            {
                return refused.Message;
            }
        })));

        Assert.Single(ran, "");
        Assert.Contains("Nothing was done", ran.Single(r => r.Length > 0), StringComparison.Ordinal);
        Assert.Single(await HeadersAsync(one), h => h.Header.Class == EntryClass.Key);
        Assert.Equal(2, (await KeyRowsAsync(one)).Count);
    }

    private static async Task AssertSignedByAsync(TestNode node, params VerifierKey[] keys)
    {
        var note = SignedNote.Parse((await node.Get<CheckpointPublisher>().PublishAsync()).Note);
        Assert.Equal(keys.Select(k => k.KeyId), note.Signatures.Select(s => s.KeyId));
        Assert.True(note.Verify(keys).IsValid);
    }

    private static async Task<List<SigningKeyRow>> KeyRowsAsync(TestNode node)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        return await context.SigningKeys.AsNoTracking().Where(k => k.Purpose == "checkpoint").OrderBy(k => k.KeyId).ToListAsync();
    }

    private static async Task<string> ExportAsync(TestDatabase database, TestNode node, string? pinned)
    {
        var folder = Path.Combine(database.Folder, $"bundle-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        await using (var sink = new FolderSink(folder))
            await node.Get<BundleExporter>().WriteAsync(sink, Request(pinned), null, default);
        return folder;
    }

    private static VerificationReport Verify(string folder, VerifierKey key, string? pinned, params VerifierKey[] older)
    {
        using var files = BundleReader.Open(folder);
        return BundleVerifier.Verify(files, new VerificationOptions { Key = key, OlderKeys = older, Pinned = pinned is null ? null : Encoding.UTF8.GetBytes(pinned) });
    }
}
