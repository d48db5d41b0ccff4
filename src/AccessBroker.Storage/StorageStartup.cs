using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage;

/// <summary>Brings the database to this program's schema, and refuses one whose commits are not durable.</summary>
public static class StorageStartup
{
    /// <returns>The migrations that were applied; none where the schema was this program's already.</returns>
    /// <exception cref="SchemaBehindException">There are some to apply, and the account may not.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync(cancellationToken);
        IReadOnlyList<string> pending = [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
        // Asked first: migrating locks the table of migrations even where nothing is left to do, and the broker's own account may not.
        if (pending.Count > 0)
            await ApplyAsync(context, pending, cancellationToken);
        await services.GetRequiredService<Audit.IAuditStore>().RequireDurabilityAsync(cancellationToken);
        return pending;
    }

    /// <returns>Migrations that this program has and the database lacks.</returns>
    public static async Task<IReadOnlyList<string>> PendingAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    /// <summary>Whether a server ever opened a log in this database.</summary>
    public static async Task<bool> HoldsALogAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync(cancellationToken);
        return await context.SigningKeys.AnyAsync(k => k.Purpose == CheckpointKeys.Purpose, cancellationToken);
    }

    private static async Task ApplyAsync(BrokerDbContext context, IReadOnlyList<string> pending, CancellationToken cancellationToken)
    {
        try
        {
            await context.Database.MigrateAsync(cancellationToken);
        }
        catch (Exception e) when (e.IsPermissionDenied())
        {
            throw new SchemaBehindException(pending, e);
        }
    }
}

/// <summary>The database is older than the program, and this account may not change its schema. The message says what to do.</summary>
public sealed class SchemaBehindException(IReadOnlyList<string> pending, Exception inner) : Exception(
    $"The database lacks {pending.Count} of this version's migrations (first {pending[0]}), and the account of Storage:ConnectionString may not change its schema. " +
    "Run this program's 'migrate' with the owner's connection string, then the script in ops/sql, and start again (ops/docs/operations.md, \"Database roles\").",
    inner);
