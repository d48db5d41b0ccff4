using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AccessBroker.Storage;

/// <summary>Where a key-encryption key is kept.</summary>
public enum KeyPlace { File, Token }

/// <summary>
/// Moves the deployment to another key-encryption key: 1 the new key is there · 2 every running node has it · 3 it seals from now on,
/// and the log says so · 4 everything is sealed again under it · 5 the old key goes.
/// </summary>
/// <remarks>
/// Before 3 nothing depends on the new key, until 5 nothing has lost the old one: whatever dies between leaves a deployment in which
/// every node opens everything, and running it again goes on where it stopped. The log's bundles are not touched.
/// </remarks>
public sealed class EncryptionRotation
{
    /// <summary>Whoever asked which key seals just before step 3 has written its row by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly KeyRing _ring;
    private readonly NodeKeys _nodes;
    private readonly Resealing _resealing;
    private readonly BriefNode _node;
    private readonly IAuditLog _log;
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly TimeProvider _time;

    internal EncryptionRotation(
        KeyRing ring, NodeKeys nodes, BriefNode node, IAuditLog log, IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) =>
        (_ring, _nodes, _node, _log, _contexts, _time, _resealing) = (ring, nodes, node, log, contexts, time, new Resealing(ring, contexts));

    /// <summary>What <see cref="RunAsync"/> did.</summary>
    /// <param name="Key">The name of the key that seals now.</param>
    /// <param name="Foreign">Rows that no key of this deployment opens. They were left as they are.</param>
    public sealed record Rotated(string Key, int Foreign);

    /// <param name="to">Null: where the configuration keeps it.</param>
    /// <param name="by">Who runs it, as the operating system says.</param>
    /// <param name="patience">How long to wait for running nodes to have the new key.</param>
    /// <param name="progress">Called after each step, with what was done.</param>
    /// <exception cref="KeyRotationException">The message says what to do; running it again goes on.</exception>
    public async Task<Rotated> RunAsync(KeyPlace? to, string by, TimeSpan patience, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        await _resealing.RequireRightAsync(cancellationToken);
        var place = to ?? (_ring.Token is null ? KeyPlace.File : KeyPlace.Token);
        if (place == KeyPlace.Token && _ring.Token is null)
            throw new KeyRotationException("No token is configured. Set Keys:Pkcs11 on every node and start them again; then run this once more.");

        var current = _ring.Current();
        if (await UnfinishedAsync(cancellationToken) is { } unfinished)
        {
            progress($"An earlier rotation to {unfinished.Name} was interrupted; it goes on.");
            return await FinishAsync(unfinished, current, progress, cancellationToken);
        }
        var next = Prepare(place, current);
        progress($"The new key is {next.Name}, in {(next is Pkcs11Key ? "the token" : _ring.NextFilePath)}.");
        await AwaitNodesAsync(next, patience, progress, cancellationToken);
        var choice = await ChooseAsync(current, next, by, cancellationToken);
        progress($"New secrets are sealed under {next.Name}.");
        return await FinishAsync(choice, next, progress, cancellationToken);
    }

    /// <summary>Step 1. A key that an interrupted run made is taken.</summary>
    private IKeyEncryptionKey Prepare(KeyPlace place, IKeyEncryptionKey current)
    {
        if (place == KeyPlace.Token)
        {
            var made = _ring.Token!.Keys().LastOrDefault(k => k.Name != current.Name) ?? _ring.Token.Create();
            _ring.Reload();
            return _ring.Find(made.Name)!;
        }
        if (!File.Exists(_ring.NextFilePath))
            KeyFile.Create(_ring.NextFilePath);
        _ring.Reload();
        return _ring.Find(KeyFile.Read(_ring.NextFilePath).Name)!;
    }

    /// <summary>Step 2.</summary>
    private async Task AwaitNodesAsync(IKeyEncryptionKey next, TimeSpan patience, Action<string> progress, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var told = "";
        while (await _nodes.WithoutAsync(next.Name, cancellationToken) is { Count: > 0 } missing)
        {
            var list = string.Join(", ", missing);
            if (_time.GetElapsedTime(begun) >= patience)
            {
                throw new KeyRotationException(
                    $"Running nodes that do not have the new key yet: {list}. Nothing was changed. " +
                    (next is Pkcs11Key ? "Configure the token (Keys:Pkcs11) on their machines and start them again" : $"Copy {_ring.NextFilePath} into Keys:Folder of their machines, owner-only") +
                    ", then run this once more: it goes on with the same key.");
            }
            if (list != told)
                progress($"Waiting for running nodes to have the new key: {told = list}.");
            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    /// <summary>Step 3: the choice and its entry are one transaction.</summary>
    private Task<KeyChoice> ChooseAsync(IKeyEncryptionKey current, IKeyEncryptionKey next, string by, CancellationToken cancellationToken) => _node.WithAsync(async () =>
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var choice = new KeyChoice((KeyRing.ReadChoice(context)?.Number ?? 0) + 1, next.Name);
        context.Settings.Add(new SettingRow { Name = KeyRing.ChoiceSetting(choice.Number), Value = choice.Name });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            throw new KeyRotationException("Another rotation of the key-encryption key began at the same moment. Run this once more when it is over.", e);
        }
        await _log.AppendAsync(transaction.GetDbTransaction(), [KeyEntries.EncryptionRotated(current.Name, next.Name, by, Guid.CreateVersion7(_time.GetUtcNow()))], cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return choice;
    }, cancellationToken);

    /// <summary>Steps 4 and 5.</summary>
    private async Task<Rotated> FinishAsync(KeyChoice choice, IKeyEncryptionKey next, Action<string> progress, CancellationToken cancellationToken)
    {
        Resealing.Pass pass;
        do
        {
            if (await _nodes.AnyRunningAsync(cancellationToken))
                await Task.Delay(Settle, _time, cancellationToken);
            pass = await _resealing.RunAsync(next, progress, cancellationToken);
            progress($"{pass.Changed} secrets were sealed again.");
        }
        while (pass.Changed > 0); // the last look finds nothing under the old key
        RemoveOld(next, progress);
        await MarkDoneAsync(choice, cancellationToken);
        return new Rotated(next.Name, pass.Foreign);
    }

    /// <summary>Step 5. Each part can be done again.</summary>
    private void RemoveOld(IKeyEncryptionKey next, Action<string> progress)
    {
        if (next is KeyFile)
        {
            if (File.Exists(_ring.NextFilePath))
                File.Move(_ring.NextFilePath, _ring.FilePath, overwrite: true); // in one step: there is a whole key at every moment
        }
        else
        {
            File.Delete(_ring.FilePath);
            File.Delete(_ring.NextFilePath);
        }
        progress("The old key's file is gone from this machine.");
        foreach (var old in _ring.Token?.Keys().Where(k => k.Name != next.Name) ?? [])
        {
            _ring.Token!.Destroy(old);
            progress($"The old key {old.Label} is gone from the token.");
        }
    }

    private async Task<KeyChoice?> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return KeyRing.ReadChoice(context) is { } choice && !await context.Settings.AnyAsync(s => s.Name == DoneSetting(choice), cancellationToken) ? choice : null;
    }

    private async Task MarkDoneAsync(KeyChoice choice, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        context.Settings.Add(new SettingRow { Name = DoneSetting(choice), Value = choice.Name });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            // a run at the same time finished it too
        }
    }

    private static string DoneSetting(KeyChoice choice) => $"key-encryption-done/{choice.Number}";
}
