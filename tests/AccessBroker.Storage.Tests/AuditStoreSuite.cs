using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>What the log promises, on every provider alike.</summary>
public abstract partial class AuditStoreSuite
{
    protected abstract Task<TestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Append_ManyAtOnce_EveryEntryHasItsOwnPlaceAndTheRootsAgree()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        string[] tenants = ["acme", "globex", "initech"];

        var appended = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => node.Log.AppendAsync(TestNode.Event(tenants[i % 3])).AsTask()));

        Assert.Equal(600, appended.Select(a => a.Index).Distinct().Count());
        var headers = await HeadersAsync(node);
        Assert.Equal(Enumerable.Range(0, headers.Count).Select(i => (long)i), headers.Select(h => h.Index));
        foreach (var trail in headers.GroupBy(h => h.Header.Trail))
            AssertChain(node, trail.Key, [.. trail]);
        var publication = await node.Get<CheckpointPublisher>().PublishAsync();
        var all = await HeadersAsync(node);
        Assert.Equal(Merkle.Root([.. all.Take((int)publication.Size).Select(h => Merkle.HashLeaf(h.Bytes))]), publication.Root);
    }

    [Fact]
    public async Task Append_TwoNodesOnOneDatabase_NoForkNoGap()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database);
        await using var two = await TestNode.StartAsync(database);

        var appended = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? one : two).Log.AppendAsync(TestNode.Event("acme")).AsTask()));

        Assert.Equal(400, appended.Select(a => a.Seq).Distinct().Count());
        var headers = await HeadersAsync(one);
        AssertChain(one, one.Get<ILogKeys>().TrailOf("acme"), [.. headers.Where(h => h.Header.Trail == one.Get<ILogKeys>().TrailOf("acme"))]);
        Assert.Equal(2, headers.Where(h => h.Header.Class == EntryClass.Event).Select(h => h.Header.Node).Distinct().Count());
    }

    [Fact]
    public async Task AppendInTransaction_RolledBack_LeavesNoEntry()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await using (var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext())
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Tenants.Add(new TenantRow { Id = "acme", Name = "Acme" });
            await context.SaveChangesAsync();
            await node.Log.AppendAsync(Underlying(transaction), [TestNode.Event("acme")]);
            await transaction.RollbackAsync();
        }

        var after = await node.Log.AppendAsync(TestNode.Event("acme"));

        Assert.Equal(0, after.Seq);
        await using var check = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        Assert.False(await check.Tenants.AnyAsync());
    }

    [Fact]
    public async Task AppendInTransaction_Committed_StandsWithTheStateChange()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        AppendedEntry entry;
        await using (var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext())
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Tenants.Add(new TenantRow { Id = "acme", Name = "Acme" });
            await context.SaveChangesAsync();
            entry = (await node.Log.AppendAsync(Underlying(transaction), [TestNode.Event("acme", reason: "kept")])).Single();
            await transaction.CommitAsync();
        }

        var read = await node.Get<ITrailReader>().ReadAsync(entry.Index);

        Assert.Contains("\"reason\":\"kept\"", Encoding.UTF8.GetString(read!.Body!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_NodeStoppedWithAnOpenIntent_IntentGetsUnknown()
    {
        await using var database = await CreateDatabaseAsync();
        Guid orphan;
        await using (var node = await TestNode.StartAsync(database))
        {
            var intent = TestNode.Intent("acme");
            await node.Log.AppendAsync(intent);
            orphan = intent.Id;
        }

        // The lease ended with the node; its successor takes the number and closes what it left open.
        await using var successor = await TestNode.StartAsync(database);
        var headers = await HeadersAsync(successor);

        var outcome = Assert.Single(headers, h => h.Header.Class == EntryClass.Outcome && h.Header.Ref == orphan);
        var body = (await successor.Get<ITrailReader>().ReadAsync(outcome.Index))!.Body!;
        Assert.Contains("\"result\":\"unknown\"", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfACustomer_IsVerifiedByTheVerifier()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        for (var i = 0; i < 300; i++)
            await node.Log.AppendAsync(TestNode.Event(i % 2 == 0 ? "acme" : "globex"));
        var pinned = (await node.Get<CheckpointPublisher>().PublishAsync()).Note;
        await node.Log.AppendAsync(TestNode.Event("acme", reason: "=HYPERLINK(\"x\")"));
        var folder = Path.Combine(database.Folder, "bundle");

        await using (var sink = new FolderSink(folder))
        {
            await node.Get<BundleExporter>().WriteAsync(
                sink, new ExportRequest("acme", "Acme Corp", "a test", ExportFilter.Everything, pinned, (_, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([])), null, default);
        }

        var key = node.Get<ILogKeys>().Signers[0].Key;
        Assert.True(Verification.AssertVerified(folder, key, pinned).VerifiedBodies > 100);
    }

    [Fact]
    public async Task PublishAsync_HeaderChangedInTheDatabase_RefusesToSign()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await TamperAsync(database);

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => node.Get<CheckpointPublisher>().PublishAsync());

        Assert.Contains("Entries were changed", refusal.Message, StringComparison.Ordinal);
        Assert.False(node.Get<IAuditHealth>().Ready);
    }

    [Theory]
    [InlineData("UPDATE audit_bundle SET headers = bodies")]
    [InlineData("UPDATE audit_bundle SET first_idx = first_idx + 1000")]
    [InlineData("DELETE FROM audit_bundle")]
    [InlineData("DELETE FROM audit_checkpoint")]
    [InlineData("UPDATE audit_checkpoint SET note = 'forged'")]
    public async Task Database_EvenToItsOwner_RefusesToRewriteTheLog(string sql)
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await node.Get<CheckpointPublisher>().PublishAsync();

        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => database.ExecuteAsOwnerAsync(sql));

        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByTermAndExclusion_FindsWhatWasAppended()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme", "review.approved", "ticket about invoices"));
        await node.Log.AppendAsync(TestNode.Event("acme", "review.denied", "no"));
        await node.Log.AppendAsync(TestNode.Event("globex", "review.approved"));
        var records = node.Get<IAuditRecords>();
        await Eventually.Async(async () => await records.ProjectedToAsync(default) >= 3);

        var approvals = await records.SearchAsync(new AuditQuery { Tenants = ["acme"], Including = [new(AuditField.Kind, "review.")], Excluding = [new(AuditField.Kind, "review.denied")] }, default);
        var byText = await records.SearchAsync(new AuditQuery { Tenants = ["acme"], Including = [new(AuditField.Text, "invoices")] }, default);
        var nobodys = await records.SearchAsync(new AuditQuery { Tenants = [] }, default);

        Assert.Equal("review.approved", Assert.Single(approvals).Kind);
        Assert.Equal(0, Assert.Single(byText).Index);
        Assert.Empty(nobodys);
    }

    [Fact]
    public async Task Migrations_AreUpToDateWithTheModel()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();

        Assert.False(context.Database.HasPendingModelChanges());
    }

    /// <summary>Changes a header as a database administrator would, past the triggers.</summary>
    protected abstract Task TamperAsync(TestDatabase database);

    private static System.Data.Common.DbTransaction Underlying(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction) =>
        Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction);

    private sealed record Placed(long Index, EntryHeader Header, byte[] Bytes);

    private static async Task<List<Placed>> HeadersAsync(TestNode node)
    {
        var placed = new List<Placed>();
        await foreach (var bundle in node.Get<IAuditRecords>().ReadBundlesAsync(0, withBodies: false, default))
            placed.AddRange(StoredEntry.In(bundle).Select(e => new Placed(e.Index, e.Header, e.HeaderBytes.ToArray())));
        return placed;
    }

    private static void AssertChain(TestNode node, Hash32 trail, IReadOnlyList<Placed> entries)
    {
        var previous = TrailId.Genesis(node.Get<ILogKeys>().FirstOrigin, trail);
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.Equal((ulong)i, entries[i].Header.Seq);
            Assert.Equal(previous, entries[i].Header.Prev);
            previous = new Hash32(Merkle.HashLeaf(entries[i].Bytes));
        }
    }
}
