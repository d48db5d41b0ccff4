using System.Buffers.Binary;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>Data keys have generations: the newest seals, all open, and erasing ends all of them.</summary>
public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task RotateData_OfACustomer_NewBodiesUnderTheNewKeyOldOnesAsTheyWere()
    {
        await using var database = await CreateDatabaseAsync();
        await using var running = await TestNode.StartAsync(database);
        var old = await running.Log.AppendAsync(TestNode.Event("acme", reason: "old"));
        var before = await BundlesAsync(running);
        await using (var verb = TestNode.AsVerb(database))
            Assert.Equal(2, await verb.Get<BriefNode>().WithAsync(() => verb.Get<DataKeyRotation>().RunAsync("tenant:acme", "rosa", default), default));
        var first = await KeyIdOfAsync(running, old.Index);

        await Eventually.Async(async () => await KeyIdOfAsync(running, (await running.Log.AppendAsync(TestNode.Event("acme", reason: "new"))).Index) != first);

        Assert.Equal(before, (await BundlesAsync(running)).Take(before.Count));
        await using var restarted = await TestNode.StartAsync(database);
        Assert.Contains("old", await BodyAsync(restarted, old.Index), StringComparison.Ordinal);
        Assert.NotEqual(first, restarted.Get<IDataKeys>().For(DataKeyOwners.Tenant("acme")).Id);
        Assert.Contains(await BodiesAsync(restarted), b => b.Contains("\"generation\":2", StringComparison.Ordinal) && b.Contains("\"tenant\":\"acme\"", StringComparison.Ordinal) && b.Contains("\"by\":\"rosa\"", StringComparison.Ordinal));
        await AssertExportVerifiesAsync(restarted, database);
    }

    [Fact]
    public async Task RotateData_OfTheDeployment_HeadsEntriesOfBothKeysVerify()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await node.Get<CheckpointPublisher>().PublishAsync();

        await node.Get<DataKeyRotation>().RunAsync("deployment", "rosa", default);
        await node.Get<CheckpointPublisher>().PublishAsync();

        Assert.True((await StoredLog.VerifyAsync(node, database)).Verified);
        Assert.DoesNotContain("deployment", await node.Get<DataKeyRotation>().OwnersAsync(Hour, default)); // so --all, run again, goes on behind it
        Assert.Contains("deployment", await node.Get<DataKeyRotation>().OwnersAsync(TimeSpan.Zero, default));
        await Assert.ThrowsAsync<KeyRotationException>(() => node.Get<DataKeyRotation>().RunAsync("tenant:nobody", "rosa", default));
    }

    [Fact]
    public async Task Erase_APersonOfTheCustomer_DestroysTheirKeysOfEveryGeneration()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await using var other = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        var (theirs, engineer) = (await AddPersonAsync(node, "acme"), await AddPersonAsync(node, null));
        Assert.Equal("A name", other.Get<IPersonProfiles>().Open(theirs)!.Name);
        await node.Get<DataKeyRotation>().RunAsync(DataKeyOwners.Person(theirs.Id), "rosa", default);
        await node.Log.AppendAsync(Naming(theirs.Id));

        foreach (var person in new[] { theirs, engineer })
            await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Person = person.Id }), null, default);

        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        var owner = DataKeyOwners.Person(theirs.Id);
        var rows = await context.DataKeys.AsNoTracking().Where(k => k.Owner == owner).ToListAsync();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Null(row.Wrapped));
        await Eventually.Async(() => Task.FromResult(other.Get<IPersonProfiles>().Open(theirs) is null)); // on every node
        Assert.Equal("A name", other.Get<IPersonProfiles>().Open(engineer)!.Name); // one customer's wish does not make the vendor's engineer nameless
        var refusal = await Assert.ThrowsAsync<KeyRotationException>(() => node.Get<DataKeyRotation>().RunAsync(owner, "rosa", default));
        Assert.Contains("was destroyed", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(owner, await node.Get<DataKeyRotation>().OwnersAsync(TimeSpan.Zero, default));
    }

    private static async Task<Person> AddPersonAsync(TestNode node, string? tenant)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var person = new Person
        {
            Id = id, Issuer = "https://id.example", Subject = id.ToString("D"), Tenant = tenant, Profile = node.Get<IPersonProfiles>().Seal(id, new PersonProfile("A name", "", null)),
        };
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        context.People.Add(person);
        await context.SaveChangesAsync();
        return person;
    }

    private static async Task<int> KeyIdOfAsync(TestNode node, long index)
    {
        await foreach (var bundle in node.Get<IAuditRecords>().ReadBundlesAsync(index, withBodies: true, default))
            return (int)BinaryPrimitives.ReadUInt32BigEndian(StoredEntry.In(bundle).Single(e => e.Index == index).SealedBody.Span);
        throw new InvalidOperationException("There is no such entry.");
    }
}
