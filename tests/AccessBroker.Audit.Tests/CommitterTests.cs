using System.Text;
using AccessBroker.Evidence;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit.Tests;

public sealed class CommitterTests : IDisposable
{
    private readonly FaultyStore _store = new();
    private readonly TestKeys _keys = new();
    private readonly AuditHealth _health = new();
    private readonly AuditMetrics _metrics = new();
    private readonly Committer _committer;
    private readonly AuditLog _log;
    private readonly NodeIdentity _node = new() { Current = new NodeBoot(1, 1) };

    public CommitterTests()
    {
        var options = Options.Create(new AuditOptions { AppendLimit = TimeSpan.FromMilliseconds(400), QueueLength = 8 });
        _committer = new Committer(_store, _keys, _keys, _node, TimeProvider.System, _health, _metrics, options, NullLogger<Committer>.Instance);
        _log = new AuditLog(_committer, _store, _keys, _keys, _node, TimeProvider.System, options);
        _committer.Start();
    }

    [Fact]
    public async Task Append_DatabaseDown_RefusedWithinTheLimitAndNeverWritten()
    {
        _store.BeforeBegin = () => throw new IOException("the disk is full");

        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await _log.AppendAsync(Draft(EntryClass.Intent)));
        Assert.False(_health.Ready);
        _store.BeforeBegin = () => { };
        await _log.AppendAsync(Draft(EntryClass.Event));

        Assert.Contains("nothing was done", refused.Message, StringComparison.Ordinal);
        Assert.Equal(EntryClass.Event, Assert.Single(_store.Entries).Header.Class);
        Assert.True(_health.Ready);
    }

    [Fact]
    public async Task Append_CommitReturnsTooLate_IntentGetsNotForwarded()
    {
        _store.BeforeBegin = () => Thread.Sleep(900);

        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await _log.AppendAsync(Draft(EntryClass.Intent)));
        _store.BeforeBegin = () => { };
        await Until(() => _store.Entries.Count == 2);

        var (intent, outcome) = (_store.Entries[0], _store.Entries[1]);
        Assert.Equal((EntryClass.Outcome, intent.Header.Id), (outcome.Header.Class, outcome.Header.Ref));
        Assert.Contains("\"result\":\"not_forwarded\"", Encoding.UTF8.GetString(outcome.Open(_keys)!.Value.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_AnswerOfTheCommitLost_WrittenOnceAndAcknowledged()
    {
        var lost = false;
        _store.AfterCommit = () =>
        {
            if (lost)
                return;
            lost = true;
            throw new IOException("connection reset");
        };

        var appended = await _log.AppendAsync(Draft(EntryClass.Intent));

        Assert.Equal(0, appended.Index);
        Assert.Single(_store.Entries);
    }

    [Fact]
    public async Task Enqueue_DatabaseDown_KeptUntilItCanBeWritten()
    {
        _store.BeforeBegin = () => throw new IOException("down");
        await _log.EnqueueAsync(Draft(EntryClass.Event));
        await Task.Delay(700);
        Assert.Empty(_store.Entries);

        _store.BeforeBegin = () => { };

        await Until(() => _store.Entries.Count == 1);
    }

    [Fact]
    public async Task Enqueue_QueueFull_WaitsInsteadOfDropping()
    {
        using var down = new ManualResetEventSlim();
        _store.BeforeBegin = down.Wait;
        var queued = Enumerable.Range(0, 12).Select(_ => _log.EnqueueAsync(Draft(EntryClass.Event)).AsTask()).ToArray();
        await Task.Delay(200);
        Assert.Contains(queued, q => !q.IsCompleted);

        down.Set();
        await Task.WhenAll(queued);

        await Until(() => _store.Entries.Count == 12);
    }

    [Fact]
    public async Task Append_ManyWaiting_OneCommitTakesThem()
    {
        using var down = new ManualResetEventSlim();
        _store.BeforeBegin = down.Wait;
        var waiting = Enumerable.Range(0, 6).Select(_ => _log.AppendAsync(Draft(EntryClass.Event)).AsTask()).ToArray();
        await Task.Delay(100);
        down.Set();

        var appended = await Task.WhenAll(waiting);

        Assert.Equal([0, 1, 2, 3, 4, 5], appended.Select(a => a.Index).Order());
        Assert.Equal([0, 1, 2, 3, 4, 5], appended.Select(a => a.Seq).Order());
    }

    [Fact]
    public async Task Append_BootWasReaped_NothingIsWritten()
    {
        _store.Boot = 2;

        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await _log.AppendAsync(Draft(EntryClass.Intent)));

        Assert.Empty(_store.Entries);
    }

    [Fact]
    public async Task Enqueue_OutcomeOfAnIntentUnderALostBoot_IsWrittenAsAnAlertThatSaysAllOfIt()
    {
        var intent = Draft(EntryClass.Intent);
        await _log.AppendAsync(intent);
        _store.Boot = 2; // reaped
        var outcome = Outcome(intent.Id);
        await _log.EnqueueAsync(outcome);
        await Task.Delay(200);
        Assert.Single(_store.Entries);

        _node.Current = new NodeBoot(1, 2); // reclaimed
        await Until(() => _store.Entries.Count == 2);

        var late = _store.Entries[1];
        Assert.Equal((EntryClass.Event, outcome.Id, intent.Id, 2u), (late.Header.Class, late.Header.Id, late.Header.Ref, late.Header.Boot));
        Assert.Equal(
            """{"actor":"_system","cut":"größer \"1\"","kind":"alert.outcome_late","status":200,"tenant":"acme"}""",
            Encoding.UTF8.GetString(late.Open(_keys)!.Value.Body));
    }

    [Fact]
    public async Task Enqueue_OutcomesOfThisBoot_AreOutcomes()
    {
        await _log.AppendAsync(Draft(EntryClass.Event));
        (_store.Boot, _node.Current) = (2, new NodeBoot(1, 2));
        var intent = Draft(EntryClass.Intent);
        await _log.AppendAsync(intent);

        await _log.EnqueueAsync(Outcome(intent.Id));
        await Until(() => _store.Entries.Count == 3);

        Assert.Equal((EntryClass.Outcome, intent.Id), (_store.Entries[2].Header.Class, _store.Entries[2].Header.Ref));
    }

    [Fact]
    public async Task Append_DatabaseDown_ReadinessSaysNothingOfTheDatabase()
    {
        _store.BeforeBegin = () => throw new IOException("failed to connect to db-7.internal:5432 as broker");

        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await _log.AppendAsync(Draft(EntryClass.Intent)));

        Assert.False(_health.Ready);
        Assert.Equal("The log cannot be written. The server's own log says why.", _health.Detail);
    }

    [Fact]
    public async Task Open_DataKeyDestroyed_BodyIsGoneAndHeaderStays()
    {
        await _log.AppendAsync(Draft(EntryClass.Event));
        Assert.NotNull(_store.Entries[0].Open(_keys));

        _keys.Destroy(DataKeyOwners.Tenant("acme"));

        Assert.Null(_store.Entries[0].Open(_keys));
        Assert.Equal(0ul, _store.Entries[0].Header.Seq);
    }

    public void Dispose()
    {
        _store.BeforeBegin = () => { };
        _committer.Dispose();
        _metrics.Dispose();
    }

    private static EntryDraft Draft(EntryClass entryClass) => new(
        entryClass, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", entryClass == EntryClass.Intent ? "http.intent" : "test.event").Add("actor", "_system").Add("tenant", "acme").ToBytes());

    private static EntryDraft Outcome(Guid intent) => new(
        EntryClass.Outcome, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), intent,
        new BodyWriter().Add("kind", "http.outcome").Add("actor", "_system").Add("tenant", "acme").Add("status", 200).Add("cut", "größer \"1\"").ToBytes());

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 100 && !condition(); i++)
            await Task.Delay(50);
        Assert.True(condition(), "It did not happen within five seconds.");
    }
}
