using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>
/// Seals again, under another key-encryption key, everything that any room sealed in the database. Row by row, each only if it is
/// still as it was read: whatever else changes a row meanwhile wins, and a crash leaves rows of both kinds, which all nodes open.
/// </summary>
internal sealed class Resealing(KeyRing ring, IDbContextFactory<BrokerDbContext> contexts)
{
    /// <summary>Makes sure that rows may be changed, before anything is begun.</summary>
    public async Task RequireRightAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.DataKeys.Where(k => k.Id < 0).ExecuteUpdateAsync(set => set.SetProperty(k => k.Wrapped, k => k.Wrapped), cancellationToken);
        await context.SigningKeys.Where(k => k.Purpose == "").ExecuteUpdateAsync(set => set.SetProperty(k => k.SealedPrivate, k => k.SealedPrivate), cancellationToken);
        await context.DataProtectionKeys.Where(k => k.Id < 0).ExecuteUpdateAsync(set => set.SetProperty(k => k.Xml, k => k.Xml), cancellationToken);
    }

    /// <returns>Rows that had been sealed under another key; and those that no key here opens, which are left alone.</returns>
    public async Task<Pass> RunAsync(IKeyEncryptionKey to, Action<string> progress, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (context.Database.IsSqlite())
            await context.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=ON", cancellationToken); // what is replaced is overwritten with zeros
        var pass = new Pass(0, 0);
        pass += await EachAsync("data keys", await context.DataKeys.AsNoTracking().Where(k => k.Wrapped != null).ToListAsync(cancellationToken), progress,
            row => Resealed(to, DatabaseKeys.Purpose(row.Owner), row.Wrapped!),
            (row, bytes) => context.DataKeys.Where(k => k.Id == row.Id && k.Wrapped == row.Wrapped).ExecuteUpdateAsync(set => set.SetProperty(k => k.Wrapped, bytes), cancellationToken));
        // A retired key's private part is gone, and must not come back.
        pass += await EachAsync("signing keys", (await context.SigningKeys.AsNoTracking().ToListAsync(cancellationToken)).Where(k => k.SealedPrivate.Length > 0).ToList(), progress,
            row => Resealed(to, $"{row.Purpose}/{row.KeyId}", row.SealedPrivate),
            (row, bytes) => context.SigningKeys.Where(k => k.Purpose == row.Purpose && k.KeyId == row.KeyId && k.SealedPrivate == row.SealedPrivate)
                .ExecuteUpdateAsync(set => set.SetProperty(k => k.SealedPrivate, bytes), cancellationToken));
        pass += await EachAsync("data-protection keys", await context.DataProtectionKeys.AsNoTracking().Where(k => k.Xml != null).ToListAsync(cancellationToken), progress,
            row => Resealed(to, row.Xml!),
            (row, xml) => context.DataProtectionKeys.Where(k => k.Id == row.Id && k.Xml == row.Xml).ExecuteUpdateAsync(set => set.SetProperty(k => k.Xml, xml), cancellationToken));
        return pass;
    }

    /// <param name="reseal">Null where the row is sealed under the right key already.</param>
    private static async Task<Pass> EachAsync<TRow, T>(string what, List<TRow> rows, Action<string> progress, Func<TRow, T?> reseal, Func<TRow, T, Task<int>> write)
        where T : class
    {
        var pass = new Pass(0, 0);
        for (var i = 0; i < rows.Count; i++)
        {
            try
            {
                if (reseal(rows[i]) is not { } changed)
                    continue;
                await write(rows[i], changed);
                pass += new Pass(1, 0);
                progress($"{what}: {i + 1} of {rows.Count}");
            }
            catch (CryptographicException)
            {
                pass += new Pass(0, 1); // not sealed by this deployment, so nobody uses it
            }
        }
        return pass;
    }

    private byte[]? Resealed(IKeyEncryptionKey to, string purpose, byte[] sealedSecret)
    {
        var associated = KeyRing.Associated(purpose);
        if (to.TryOpen(associated, sealedSecret) is not null)
            return null;
        var plain = ring.Open(purpose, sealedSecret);
        var again = to.Seal(associated, plain);
        CryptographicOperations.ZeroMemory(plain);
        return again;
    }

    /// <summary>An element is sealed whole (<see cref="SealedKeyRepository"/>), and the secret in it once more (<see cref="SealedXmlEncryptor"/>).</summary>
    private string? Resealed(IKeyEncryptionKey to, string xml)
    {
        var outer = Parse(xml);
        var whole = FromBase64(outer.Value);
        var isRight = to.TryOpen(KeyRing.Associated(SealedKeyRepository.Purpose), whole) is not null;
        var element = XElement.Parse(Encoding.UTF8.GetString(ring.Open(SealedKeyRepository.Purpose, whole)));
        foreach (var secret in element.Descendants("sealed"))
        {
            if (Resealed(to, SealedXmlEncryptor.Purpose, FromBase64(secret.Value)) is not { } again)
                continue;
            (secret.Value, isRight) = (Convert.ToBase64String(again), false);
        }
        if (isRight)
            return null;
        var text = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        outer.Value = Convert.ToBase64String(to.Seal(KeyRing.Associated(SealedKeyRepository.Purpose), text));
        return outer.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement Parse(string xml)
    {
        try
        {
            return XElement.Parse(xml);
        }
        catch (System.Xml.XmlException e)
        {
            throw new CryptographicException("It is no sealed element.", e);
        }
    }

    private static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new CryptographicException("It is no sealed element.", e);
        }
    }

    /// <param name="Changed">Rows that were sealed under another key.</param>
    /// <param name="Foreign">Rows that no key of this deployment opens.</param>
    internal readonly record struct Pass(int Changed, int Foreign)
    {
        public static Pass operator +(Pass a, Pass b) => new(a.Changed + b.Changed, a.Foreign + b.Foreign);
    }
}
