using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>People and customers can be forgotten, and the log still verifies.</summary>
public abstract partial class AuditStoreSuite
{
    private static readonly Guid Proposer = new("00000000-0000-7000-8000-0000000000a1");
    private static readonly Guid Confirmer = new("00000000-0000-7000-8000-0000000000a2");

    [Fact]
    public async Task Erase_ChosenEntries_TheyAreGoneTheRestStaysAndTheBundleVerifies()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var kept = await node.Log.AppendAsync(TestNode.Event("acme", reason: "stays"));
        var gone = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret"));
        var other = await node.Log.AppendAsync(TestNode.Event("globex", reason: "another customer's"));

        var erased = await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { gone.Index, other.Index } }), null, default);

        Assert.Equal(1, erased); // what stands on another customer's trail is not this customer's to erase
        Assert.Null((await node.Get<ITrailReader>().ReadAsync(gone.Index))!.Body);
        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(kept.Index))!.Body);
        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(other.Index))!.Body);
        var report = await ExportAsync(database, node);
        Assert.Equal(1ul, report.ErasedBodies);
        var lines = await File.ReadAllLinesAsync(Path.Combine(database.Folder, "erased", BundleFiles.Bodies));
        Assert.Equal("null", lines[(int)gone.Seq]);
        Assert.Contains("\"erased_kind\":\"test.event\"", lines[^1], StringComparison.Ordinal);
        Assert.Contains("\"authority\":\"GDPR Art. 17\"", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("the-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_OnePerson_OnlyBodiesThatNameThem_AndAgainFindsNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var person = new Guid("00000000-0000-7000-8000-0000000000b1");
        for (var i = 0; i < 1200; i++)
            await node.Log.EnqueueAsync(Naming(i % 2 == 0 ? person : Proposer));
        await node.Log.AppendAsync(TestNode.Event("acme"));

        var progress = new List<long>();
        var erased = await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Person = person }), new Reports(progress), default);

        Assert.Equal(600, erased);
        Assert.Equal(600, progress[^1]);
        Assert.Equal(0, await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Person = person }), null, default));
        Assert.Equal(600ul, (await ExportAsync(database, node)).ErasedBodies);
    }

    [Fact]
    public async Task Erase_BrokerDiedBetweenEntryAndBody_TheNextStartTakesTheBodyOut()
    {
        await using var database = await CreateDatabaseAsync();
        AppendedEntry gone;
        await using (var node = await TestNode.StartAsync(database))
        {
            gone = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret"));
            var entry = (await node.Get<ITrailReader>().ReadAsync(gone.Index))!;
            await node.Log.AppendAsync(ErasureEntries.Erased(
                Order(new ErasureSelection()), new StoredEntry(gone.Index, entry.Header, entry.HeaderBytes, default), entry.Body!, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())));
        }

        await using var restarted = await TestNode.StartAsync(database);

        await Eventually.Async(async () => (await restarted.Get<ITrailReader>().ReadAsync(gone.Index))!.Body is null);
        Assert.Equal(1ul, (await ExportAsync(database, restarted)).ErasedBodies);
    }

    [Fact]
    public async Task Erase_Everything_WhatARoleIsHeldAgainstAndAnOpenIntentStay()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var role = await node.Log.AppendAsync(TestNode.Event("acme", "admin.role.assigned"));
        var intent = await node.Log.AppendAsync(TestNode.Intent("acme"));
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await using (var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext())
        {
            context.RoleAssignments.Add(new RoleAssignment { Id = Guid.NewGuid(), PersonId = Proposer, Role = Role.Approver, Tenant = "acme", EntryIndex = role.Index, EntryId = role.Id });
            await context.SaveChangesAsync();
        }

        Assert.Equal(1, await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection()), null, default));

        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(role.Index))!.Body);
        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(intent.Index))!.Body);
        await ExportAsync(database, node);
    }

    [Fact]
    public async Task Erase_FoundBySearchBefore_TheProjectionForgetsItAlsoWhenItIsRebuilt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        var gone = await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret"));
        await Eventually.Async(async () => (await FindAsync(node, "the-secret")).Count == 1);

        await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { gone.Index } }), null, default);

        Assert.Empty(await FindAsync(node, "the-secret"));
        await node.StopAsync();
        await database.ExecuteAsOwnerAsync("DELETE FROM audit_event");
        await using var restarted = await TestNode.StartAsync(database);
        await Eventually.Async(async () => await restarted.Get<IAuditRecords>().ProjectedToAsync(default) > gone.Index);
        var row = Assert.Single(await restarted.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = ["acme"], Before = gone.Index + 1, Limit = 1 }, default));
        Assert.Equal(("erased", gone.Index), (row.Kind, row.Index)); // still on its customer's trail, and says no more
    }

    [Fact]
    public async Task Prune_BodiesPastTheirRetention_RemovedHeldOnesStay()
    {
        var clock = new WrongClock();
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database, clock, ("Log:Retention", "30.00:00:00"), ("Log:LegalHold:0", "globex"));
        await AddTenantAsync(node, "acme");
        await AddTenantAsync(node, "globex");
        var old = await node.Log.AppendAsync(TestNode.Event("acme", reason: "old"));
        var held = await node.Log.AppendAsync(TestNode.Event("globex", reason: "held"));
        clock.Ahead = TimeSpan.FromDays(31);
        var young = await node.Log.AppendAsync(TestNode.Event("acme", reason: "young"));

        await node.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<Retention>().Single().RunAsync(default);

        Assert.Null((await node.Get<ITrailReader>().ReadAsync(old.Index))!.Body);
        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(young.Index))!.Body);
        Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(held.Index))!.Body);
        Assert.Equal(1ul, (await ExportAsync(database, node)).ErasedBodies);
        Assert.Equal(0, await node.Get<Eraser>().PruneAsync("acme", TimeSpan.FromDays(30), default));
    }

    private protected static Erasure Order(ErasureSelection what) => new("acme", what, Proposer, Confirmer, "GDPR Art. 17", "Asked for by the person.");

    private protected static async Task<byte[]> SealedBodyAsync(TestNode node, long index)
    {
        await foreach (var bundle in node.Get<IAuditRecords>().ReadBundlesAsync(index, withBodies: true, default))
            return StoredEntry.In(bundle).Single(e => e.Index == index).SealedBody[8..].ToArray();
        throw new InvalidOperationException("There is no such entry.");
    }

    private protected static bool AnyHolds(IEnumerable<string> files, ReadOnlySpan<byte> bytes)
    {
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (content.AsSpan().IndexOf(bytes) >= 0)
                return true;
        }
        return false;
    }

    private static EntryDraft Naming(Guid actor) => new(
        EntryClass.Event, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", "test.event").Add("actor", actor.ToString("D")).Add("tenant", "acme").ToBytes());

    private static async Task<VerificationReport> ExportAsync(TestDatabase database, TestNode node)
    {
        var folder = Path.Combine(database.Folder, "erased");
        await using (var sink = new FolderSink(folder))
            await node.Get<BundleExporter>().WriteAsync(sink, Request(), null, default);
        return Verification.AssertVerified(folder, node.Get<ILogKeys>().Signers[0].Key);
    }

    private protected static async Task AddTenantAsync(TestNode node, string tenant)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        context.Tenants.Add(new TenantRow { Id = tenant, Name = tenant });
        await context.SaveChangesAsync();
    }

    private static Task<IReadOnlyList<AuditEvent>> FindAsync(TestNode node, string text) =>
        node.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = ["acme"], Including = [new AuditTerm(AuditField.Text, text)] }, default);

    private sealed class Reports(List<long> seen) : IProgress<long>
    {
        public void Report(long value) => seen.Add(value);
    }
}
