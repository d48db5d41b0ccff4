using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Issuer;

/// <summary>This program and this database are not of the same kind; the message says what to do.</summary>
public sealed class WrongDatabaseException(string message) : Exception(message);

/// <summary>
/// A demo database is marked at its first start and stays one: personas never get into a real one, and nothing that personas
/// did ever counts in one.
/// </summary>
internal static class DemoDatabase
{
    private const string Setting = "deployment";

    public static async Task RequireAsync(BrokerDbContext database, bool demo, CancellationToken cancellationToken)
    {
        var wanted = demo ? "demo" : "real";
        var found = await ReadAsync(database, cancellationToken) ?? await MarkAsync(database, wanted, cancellationToken);
        if (found == wanted) return;
        throw new WrongDatabaseException(demo
            ? "Demo:Enabled is true, but this database belongs to a real deployment. Give the demo a database of its own (Storage:ConnectionString)."
            : "This database belongs to a demo: people without credentials decided in it. Start with a new one (Storage:ConnectionString), or with Demo:Enabled=true.");
    }

    private static async Task<string?> ReadAsync(BrokerDbContext database, CancellationToken cancellationToken) =>
        await database.Settings.AsNoTracking().Where(s => s.Name == Setting).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Two first starts at once: one insert wins, and both read what it says.</summary>
    private static async Task<string?> MarkAsync(BrokerDbContext database, string value, CancellationToken cancellationToken)
    {
        database.Settings.Add(new SettingRow { Name = Setting, Value = value });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            database.ChangeTracker.Clear();
        }
        return await ReadAsync(database, cancellationToken);
    }
}
