using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage.Tests;

/// <summary>The keys of every cookie, in a database that somebody else can write.</summary>
public sealed class DataProtectionKeysTests
{
    [Fact]
    public async Task Cookie_SealedBeforeARestart_OpensAfterIt()
    {
        await using var database = new SqliteDatabase();
        string cookie;
        await using (var node = await TestNode.StartAsync(database))
            cookie = node.Get<IDataProtectionProvider>().CreateProtector("cookie").Protect("dana");

        await using var restarted = await TestNode.StartAsync(database);

        Assert.Equal("dana", restarted.Get<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(cookie));
    }

    [Fact]
    public async Task Key_InsertedIntoTheDatabase_IsNotUsed()
    {
        await using var database = new SqliteDatabase();
        await using var node = await TestNode.StartAsync(database);
        var folder = Directory.CreateDirectory(Path.Combine(database.Folder, "mallory"));
        await using var mallory = new ServiceCollection().AddDataProtection().SetApplicationName("AccessBroker").PersistKeysToFileSystem(folder).Services.BuildServiceProvider();
        var forged = mallory.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("priya");
        await using (var context = await node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var key = await File.ReadAllTextAsync(folder.GetFiles().Single().FullName, TestContext.Current.CancellationToken);
            context.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = "key", Xml = key });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var planted = mallory.GetRequiredService<IKeyManager>().GetAllKeys().Single().KeyId;
        Assert.DoesNotContain(node.Get<IKeyManager>().GetAllKeys(), k => k.KeyId == planted);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(
            () => node.Get<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(forged));
    }
}
