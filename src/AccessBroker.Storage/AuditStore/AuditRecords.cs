using System.Runtime.CompilerServices;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Bundles, checkpoints and tiles through EF.</summary>
internal sealed partial class AuditRecords(IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) : IAuditRecords
{
    private const int BundlesPerRead = 64;

    public async Task<(long Size, byte[] Frontier)> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var head = await context.AuditHead.AsNoTracking().SingleAsync(cancellationToken);
        return (head.Size, head.Frontier);
    }

    public async IAsyncEnumerable<Bundle> ReadBundlesAsync(long fromIndex, bool withBodies, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var next = await context.AuditBundles.Where(b => b.FirstIdx <= fromIndex).MaxAsync(b => (long?)b.FirstIdx, cancellationToken) ?? 0;
        while (true)
        {
            var rows = context.AuditBundles.AsNoTracking().Where(b => b.FirstIdx >= next).OrderBy(b => b.FirstIdx).Take(BundlesPerRead);
            var page = withBodies
                ? await rows.Select(b => new Bundle(b.FirstIdx, b.Count, b.Headers, b.Bodies)).ToListAsync(cancellationToken)
                : await rows.Select(b => new Bundle(b.FirstIdx, b.Count, b.Headers, Array.Empty<byte>())).ToListAsync(cancellationToken);
            if (page.Count == 0)
                yield break;
            foreach (var bundle in page)
                yield return bundle;
            next = page[^1].FirstIndex + 1;
        }
    }

    public async Task<IReadOnlyList<TrailHead>> ReadTrailsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.AuditTrails.AsNoTracking().ToListAsync(cancellationToken);
        return [.. rows.Select(t => new TrailHead(new Hash32(t.Trail), t.Count, new Hash32(t.Head)))];
    }

    public async Task<StoredCheckpoint?> LatestCheckpointAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FromAsync(context, await context.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancellationToken), cancellationToken);
    }

    public async Task<StoredCheckpoint?> CheckpointAsync(long size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FromAsync(context, await context.AuditCheckpoints.AsNoTracking().SingleOrDefaultAsync(c => c.Size == size, cancellationToken), cancellationToken);
    }

    public async Task StoreCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.AuditCheckpoints.AnyAsync(c => c.Size == checkpoint.Size, cancellationToken))
            return;
        context.AuditCheckpoints.Add(new AuditCheckpointRow { Size = checkpoint.Size, Root = checkpoint.Root, Note = checkpoint.Note, CreatedAt = checkpoint.CreatedAt });
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<string> CosignaturesAsync(long size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await CosignaturesAsync(context, size, cancellationToken);
    }

    public async Task AddCosignatureAsync(long size, NoteSignature cosignature, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.AuditCheckpoints.AnyAsync(c => c.Size == size, cancellationToken)
            || await context.AuditCosignatures.AnyAsync(c => c.Size == size && c.Witness == cosignature.Name, cancellationToken))
            return;
        context.AuditCosignatures.Add(new AuditCosignatureRow { Size = size, Witness = cosignature.Name, Line = cosignature.ToString() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // Another node brought the same witness' line first.
        }
    }

    public async Task StoreTilesAsync(IReadOnlyList<StoredTile> tiles, CancellationToken cancellationToken)
    {
        if (tiles.Count == 0)
            return;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var tile in tiles)
        {
            if (!await context.AuditTiles.AnyAsync(t => t.Level == tile.Level && t.N == tile.N, cancellationToken))
                context.AuditTiles.Add(new AuditTileRow { Level = tile.Level, N = tile.N, Hashes = tile.Hashes });
        }
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // Another node stored the same tiles first; they are derived from the same entries.
        }
    }

    private static async Task<StoredCheckpoint?> FromAsync(BrokerDbContext context, AuditCheckpointRow? row, CancellationToken cancellationToken) =>
        row is null ? null : new StoredCheckpoint(row.Size, row.Root, row.Note, row.CreatedAt, await CosignaturesAsync(context, row.Size, cancellationToken));

    private static async Task<string> CosignaturesAsync(BrokerDbContext context, long size, CancellationToken cancellationToken) =>
        string.Concat((await context.AuditCosignatures.Where(c => c.Size == size).OrderBy(c => c.Witness).Select(c => c.Line).ToListAsync(cancellationToken)).Select(line => line + "\n"));

    public byte[]? ReadTile(int level, long n)
    {
        using var context = contexts.CreateDbContext();
        return context.AuditTiles.AsNoTracking().Where(t => t.Level == level && t.N == n).Select(t => t.Hashes).SingleOrDefault();
    }
}
