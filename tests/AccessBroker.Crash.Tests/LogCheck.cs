using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Crash.Writer;
using AccessBroker.Evidence;
using AccessBroker.Storage;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Crash.Tests;

/// <summary>What must hold of a log after any number of crashes, asked of a node that lives.</summary>
internal sealed class LogCheck(IServiceProvider services, Promises promises, string folder)
{
    /// <summary>A dead node's lease is 10 s; then its intents are closed.</summary>
    private static readonly TimeSpan ReaperLimit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Guid, string> _bodies = [];
    private readonly Dictionary<Guid, (long Index, EntryHeader Header)> _intents = [];
    private readonly Dictionary<Guid, (EntryHeader Header, string Body)> _outcomes = [];
    private readonly Dictionary<long, byte[]> _roots = [];
    private readonly Dictionary<Guid, long> _indices = [];
    private readonly HashSet<Guid> _changes = [];

    /// <param name="killed">Whether writers were killed: then intents were left open, and else none was.</param>
    /// <returns>The counts, in a sentence.</returns>
    public async Task<string> RunAsync(bool killed)
    {
        await ReaperAsync();
        var size = await ReadAsync();
        AcknowledgedEntries();
        await AcknowledgedChangesAsync();
        Checkpoints();
        var unknown = Outcomes();
        Assert.True(killed == unknown > 0, killed ? "No kill left an intent open: there was no load." : $"{unknown} intents were closed by the reaper.");
        await VerifiersAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{promises.Entries.Count} acknowledged entries of {size} are there byte for byte, {promises.Changes.Count} changes with theirs, " +
            $"{promises.Checkpoints.Count} checkpoints agree; {_intents.Count} intents, {unknown} closed by the reaper");
    }

    /// <summary>Waits until the reaper has closed what the dead left open.</summary>
    private async Task ReaperAsync()
    {
        var deadline = TimeProvider.System.GetUtcNow() + ReaperLimit;
        for (var open = await OpenIntentsAsync(); open > 0; open = await OpenIntentsAsync())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{open} intents have no outcome.");
            await Task.Delay(500);
        }
    }

    private async Task<int> OpenIntentsAsync()
    {
        var open = new HashSet<Guid>();
        await foreach (var bundle in Records.ReadBundlesAsync(0, withBodies: false, default))
        {
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Header.Class == EntryClass.Intent)
                    open.Add(entry.Header.Id);
                else if (entry.Header.Class == EntryClass.Outcome)
                    open.Remove(entry.Header.Ref);
            }
        }
        return open.Count;
    }

    /// <summary>All entries in their order, without a gap, each body opened; and the tree's root at each acknowledged checkpoint.</summary>
    private async Task<long> ReadAsync()
    {
        var keys = services.GetRequiredService<IDataKeys>();
        var tree = new Frontier();
        await foreach (var bundle in Records.ReadBundlesAsync(0, withBodies: true, default))
        {
            Assert.Equal((long)tree.Size, bundle.FirstIndex);
            foreach (var entry in StoredEntry.In(bundle))
            {
                Assert.Equal((long)tree.Size, entry.Index);
                tree.Append(Merkle.HashLeaf(entry.HeaderBytes.Span));
                if (promises.Checkpoints.ContainsKey((long)tree.Size))
                    _roots.Add((long)tree.Size, tree.Root());
                Place(entry, entry.Open(keys)!.Value.Body);
            }
        }
        return (long)tree.Size;
    }

    private void Place(StoredEntry entry, byte[] body)
    {
        _bodies.Add(entry.Header.Id, Convert.ToHexStringLower(SHA256.HashData(body)));
        _indices.Add(entry.Header.Id, entry.Index);
        if (entry.Header.Class == EntryClass.Intent)
            _intents.Add(entry.Header.Id, (entry.Index, entry.Header));
        else if (entry.Header.Class == EntryClass.Outcome)
            _outcomes.Add(entry.Header.Ref, (entry.Header, Encoding.UTF8.GetString(body))); // throws at a second outcome
        else if (entry.Header.Class == EntryClass.Event && Encoding.UTF8.GetString(body).Contains("\"kind\":\"grant.created\"", StringComparison.Ordinal))
            _changes.Add(entry.Header.Id);
    }

    private void AcknowledgedEntries()
    {
        Assert.NotEmpty(promises.Entries);
        foreach (var (id, (index, body)) in promises.Entries)
        {
            Assert.True(_bodies.TryGetValue(id, out var stored), $"Entry {id} was acknowledged at index {index} and is not there.");
            Assert.Equal((index, body), (_indices[id], stored));
        }
    }

    /// <summary>A row and its entry are both there or neither is, also where nobody was told.</summary>
    private async Task AcknowledgedChangesAsync()
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync();
        var rows = (await context.IdempotencyKeys.AsNoTracking().Select(row => row.PersonId).ToListAsync()).ToHashSet();
        Assert.Superset(promises.Changes, rows);
        Assert.Equal(_changes.Order(), rows.Order());
    }

    /// <summary>Whoever kept any of them can check the log against it.</summary>
    private void Checkpoints()
    {
        Assert.NotEmpty(promises.Checkpoints);
        foreach (var (size, note) in promises.Checkpoints)
        {
            var checkpoint = Checkpoint.Parse(SignedNote.Parse(Note(note)).Text);
            Assert.Equal((ulong)size, checkpoint.Size);
            Assert.True(_roots.TryGetValue(size, out var root), $"A checkpoint of {size} entries was published, and the log is shorter.");
            Assert.Equal(Convert.ToHexString(root), Convert.ToHexString(checkpoint.Root));
        }
    }

    /// <summary>Each intent has one outcome: its own broker's, or <c>unknown</c> from whoever closed it after that broker's death.</summary>
    private int Outcomes()
    {
        Assert.Equal(_intents.Keys.Order(), _outcomes.Keys.Order());
        var unknown = 0;
        foreach (var (id, (index, intent)) in _intents)
        {
            var (outcome, body) = _outcomes[id];
            if ((outcome.Node, outcome.Boot) == (intent.Node, intent.Boot))
            {
                Assert.True(
                    body.Contains("\"status\":200", StringComparison.Ordinal) || body.Contains("\"result\":\"not_forwarded\"", StringComparison.Ordinal), $"entry {index}: {body}");
                continue;
            }
            Assert.Contains("\"result\":\"unknown\"", body, StringComparison.Ordinal);
            Assert.Contains("\"anomaly\":true", body, StringComparison.Ordinal);
            unknown++;
        }
        return unknown;
    }

    /// <summary>The auditor's own tools, with the first checkpoint that anybody saw.</summary>
    private async Task VerifiersAsync()
    {
        var options = new VerificationOptions
        {
            Key = services.GetRequiredService<ILogKeys>().Signers[0].Key, Pinned = Encoding.UTF8.GetBytes(Note(promises.Checkpoints.MinBy(c => c.Key).Value)),
        };
        var log = Path.Combine(folder, "log");
        await using (var sink = new FolderSink(log))
            await services.GetRequiredService<WholeLogExporter>().WriteAsync(sink, null, default);
        Assert.Null(Verify(log, WholeLogVerifier.Verify, options));
        foreach (var tenant in BrokerHost.Tenants)
        {
            var bundle = Path.Combine(folder, tenant);
            await using (var sink = new FolderSink(bundle))
            {
                await services.GetRequiredService<BundleExporter>().WriteAsync(
                    sink, new ExportRequest(tenant, tenant, "a test", ExportFilter.Everything, Note(promises.Checkpoints.MinBy(c => c.Key).Value),
                        (_, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([])), null, default);
            }
            Assert.Null(Verify(bundle, BundleVerifier.Verify, options with { Trail = services.GetRequiredService<ILogKeys>().TrailOf(tenant) }));
        }
    }

    private static string? Verify(string path, Func<BundleReader, VerificationOptions, VerificationReport> verify, VerificationOptions options)
    {
        using var files = BundleReader.Open(path);
        return verify(files, options).Failure?.Message;
    }

    private static string Note(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private IAuditRecords Records => services.GetRequiredService<IAuditRecords>();
}
