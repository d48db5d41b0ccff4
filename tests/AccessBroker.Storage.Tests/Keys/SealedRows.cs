using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>Everything in the database that is sealed under the key-encryption key.</summary>
internal static class SealedRows
{
    public static async Task AssertNothingOpensAsync(TestNode node, IKeyEncryptionKey key)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        foreach (var row in await context.DataKeys.AsNoTracking().ToListAsync())
            Assert.Null(key.TryOpen(KeyRing.Associated($"data-key/{row.Owner}"), row.Wrapped!));
        foreach (var row in await context.SigningKeys.AsNoTracking().ToListAsync())
            Assert.Null(key.TryOpen(KeyRing.Associated($"{row.Purpose}/{row.KeyId}"), row.SealedPrivate));
        foreach (var row in await context.DataProtectionKeys.AsNoTracking().ToListAsync())
        {
            var whole = Convert.FromBase64String(System.Xml.Linq.XElement.Parse(row.Xml!).Value);
            Assert.Null(key.TryOpen(KeyRing.Associated("data-protection-element"), whole));
            var element = System.Xml.Linq.XElement.Parse(System.Text.Encoding.UTF8.GetString(node.Get<ISecretBox>().Open("data-protection-element", whole)));
            var secret = Convert.FromBase64String(Assert.Single(element.Descendants("sealed")).Value);
            Assert.Null(key.TryOpen(KeyRing.Associated("data-protection"), secret));
        }
    }
}
