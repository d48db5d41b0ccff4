using AccessBroker.Access;
using AccessBroker.Audit;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>Another key-encryption key under nodes that run, and after a crash at any step.</summary>
public abstract partial class AuditStoreSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RotateEncryption_WhileNodesRun_NothingIsLostAndTheLogIsUntouched()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database);
        await using var two = await TestNode.StartAsync(database);
        var entry = await one.Log.AppendAsync(TestNode.Event("acme", reason: "before"));
        var cookie = one.Get<IDataProtectionProvider>().CreateProtector("cookie").Protect("dana");
        var person = new Person { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) };
        person.Profile = one.Get<IPersonProfiles>().Seal(person.Id, new PersonProfile("Dana", "Vendor", null));
        var old = KeyFile.Read(KeyPath(database));
        var before = await BundlesAsync(one);

        var said = new List<string>();
        EncryptionRotation.Rotated done;
        await using (var verb = TestNode.AsVerb(database))
            done = await verb.Get<EncryptionRotation>().RunAsync(null, "rosa", Patience, said.Add, default);

        Assert.NotEqual(old.Name, done.Key);
        Assert.Equal(0, done.Foreign);
        Assert.Equal(done.Key, KeyFile.Read(KeyPath(database)).Name);
        Assert.Equal(["key-encryption-key"], Directory.GetFiles(Path.Combine(database.Folder, "keys"), "key-encryption-key*").Select(Path.GetFileName));
        Assert.Contains(said, s => s.StartsWith("data keys: ", StringComparison.Ordinal));
        Assert.Equal(before, (await BundlesAsync(one)).Take(before.Count)); // and after them what was appended since
        await SealedRows.AssertNothingOpensAsync(one, old);
        one.Log.OpenTrail("hooli"); // a key made by a node that was running all the time
        await one.Log.AppendAsync(TestNode.Event("hooli"));
        Assert.Contains("before", await BodyAsync(two, entry.Index), StringComparison.Ordinal);
        await using var restarted = await TestNode.StartAsync(database);
        Assert.Contains("before", await BodyAsync(restarted, entry.Index), StringComparison.Ordinal);
        Assert.Equal("dana", restarted.Get<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(cookie));
        Assert.Equal("Dana", restarted.Get<IPersonProfiles>().Open(person)!.Name);
        Assert.NotEqual(0, restarted.Get<IDataKeys>().For(DataKeyOwners.Tenant("hooli")).Id);
        Assert.Contains(await BodiesAsync(restarted), b => b.Contains($"\"kind\":\"admin.encryption_key.rotated\"", StringComparison.Ordinal) && b.Contains("\"by\":\"rosa\"", StringComparison.Ordinal));
        await AssertExportVerifiesAsync(restarted, database);
    }

    /// <summary>The process dies right after each step that it reports; then a node starts, everything opens, and the next run finishes.</summary>
    [Fact]
    public async Task RotateEncryption_DiesAfterAnyStep_EverythingOpensAndTheNextRunFinishes()
    {
        await using var database = await CreateDatabaseAsync();
        AppendedEntry entry;
        await using (var node = await TestNode.StartAsync(database))
        {
            entry = await node.Log.AppendAsync(TestNode.Event("acme", reason: "before"));
            node.Get<IDataProtectionProvider>().CreateProtector("cookie").Protect("dana");
        }
        var old = KeyFile.Read(KeyPath(database));
        var died = 0;
        for (var steps = 1; ; steps++)
        {
            await using var verb = TestNode.AsVerb(database);
            var left = steps;
            try
            {
                await verb.Get<EncryptionRotation>().RunAsync(null, "rosa", Patience, _ => { if (--left == 0) throw new ProcessDied(); }, default);
                break;
            }
            catch (ProcessDied)
            {
                died++;
                await using var survivor = TestNode.AsVerb(database); // as after a restart: nothing in memory
                Assert.Contains("before", await BodyAsync(survivor, entry.Index), StringComparison.Ordinal);
                Assert.NotEmpty(survivor.Get<ILogKeys>().Signers);
                Assert.NotEmpty(survivor.Get<Microsoft.AspNetCore.DataProtection.KeyManagement.IKeyManager>().GetAllKeys());
            }
        }

        Assert.InRange(died, 5, 100);
        await using var restarted = await TestNode.StartAsync(database);
        await SealedRows.AssertNothingOpensAsync(restarted, old);
        Assert.Contains("before", await BodyAsync(restarted, entry.Index), StringComparison.Ordinal);
        Assert.Single(await BodiesAsync(restarted), b => b.Contains("admin.encryption_key.rotated", StringComparison.Ordinal)); // one rotation, however often it was run
    }

    [Fact]
    public async Task RotateEncryption_ANodeHasAFolderOfItsOwn_IsWaitedForAndNothingChangesWithoutIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var first = await TestNode.StartAsync(database))
            await first.Log.AppendAsync(TestNode.Event("acme"));
        var elsewhere = Path.Combine(database.Folder, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        File.Copy(KeyPath(database), Path.Combine(elsewhere, "key-encryption-key"));
        await using var far = await TestNode.StartAsync(database, ("Keys:Folder", elsewhere));
        await using var verb = TestNode.AsVerb(database);
        var old = KeyFile.Read(KeyPath(database)).Name;

        var refusal = await Assert.ThrowsAsync<KeyRotationException>(() => verb.Get<EncryptionRotation>().RunAsync(null, "rosa", TimeSpan.Zero, _ => { }, default));
        Assert.Contains("key-encryption-key.next into Keys:Folder", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(old, far.Get<KeyRing>().Current().Name);
        File.Copy(KeyPath(database) + ".next", Path.Combine(elsewhere, "key-encryption-key.next"));
        var done = await verb.Get<EncryptionRotation>().RunAsync(null, "rosa", Patience, _ => { }, default);

        Assert.Equal(done.Key, far.Get<KeyRing>().Current().Name);
        await using var restarted = await TestNode.StartAsync(database, ("Keys:Folder", elsewhere)); // its main file is still the old one
        Assert.Equal(done.Key, restarted.Get<KeyRing>().Current().Name);
    }

    private static string KeyPath(TestDatabase database) => Path.Combine(database.Folder, "keys", "key-encryption-key");

    private static async Task<List<string>> BundlesAsync(TestNode node)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        var rows = await context.AuditBundles.AsNoTracking().OrderBy(b => b.FirstIdx).ToListAsync();
        return [.. rows.Select(b => $"{b.FirstIdx} {b.Count} {Convert.ToHexString(b.Headers)} {Convert.ToHexString(b.Bodies)}")];
    }

    private static async Task<List<string>> BodiesAsync(TestNode node)
    {
        var bodies = new List<string>();
        foreach (var header in await HeadersAsync(node))
            bodies.Add(await BodyAsync(node, header.Index));
        return bodies;
    }

    private sealed class ProcessDied : Exception;
}
