using AccessBroker.Audit;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Storage.Tests;

/// <summary>Cosignatures beside the note that they stand on.</summary>
public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task Cosignatures_TwoNodesBringThemAtOnce_EachWitnessStandsOnceAndTheNoteIsUntouched()
    {
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database);
        await using var two = await TestNode.StartAsync(database);
        await one.Log.AppendAsync(TestNode.Event("acme"));
        var published = await one.Get<CheckpointPublisher>().PublishAsync();
        NoteSignature[] lines = [.. Enumerable.Range(0, 8).Select(i => new NoteSignature($"w{i}.example", (uint)i, new byte[72]))];

        await Task.WhenAll(lines.SelectMany(line => ((TestNode[])[one, two]).Select(node => node.Get<IAuditRecords>().AddCosignatureAsync(published.Size, line, default))));
        await one.Get<IAuditRecords>().AddCosignatureAsync(published.Size, lines[3] with { Signature = new byte[73] }, default); // again, later
        await one.Get<IAuditRecords>().AddCosignatureAsync(published.Size + 1, lines[3], default); // of no checkpoint

        var stored = await two.Get<IAuditRecords>().LatestCheckpointAsync(default);
        Assert.Equal(published.Note, stored!.Note);
        Assert.Equal(lines.Select(line => line.ToString()), stored.Cosignatures.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(stored.Cosignatures, await one.Get<IAuditRecords>().CosignaturesAsync(published.Size, default));
        Assert.Equal(9, SignedNote.Parse(stored.CosignedNote).Signatures.Count);
    }
}
