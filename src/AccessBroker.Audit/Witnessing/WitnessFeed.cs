using System.Threading.Channels;
using AccessBroker.TransparencyLog;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>Where a witness stands, as this node knows.</summary>
internal enum WitnessState
{
    /// <summary>Not asked since the start.</summary>
    Unknown,

    /// <summary>It cosigned what it was sent last.</summary>
    Cosigning,

    /// <summary>It does not answer, refuses, or answers with what cannot be used.</summary>
    Failing,

    /// <summary>It cosigned more entries than this log has: an older backup was restored. Nothing is signed.</summary>
    Ahead,
}

/// <summary>
/// Sends one witness each checkpoint that is published, the newest where it is slow, and keeps its cosignature. Nobody waits for
/// it: publishing only leaves word.
/// </summary>
internal sealed partial class WitnessFeed(
    ConfiguredWitness witness, WitnessClient client, CheckpointPublisher publisher, IAuditRecords records, IAuditLog log, AuditMetrics metrics, TimeProvider time,
    ILogger<WitnessFeed> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile WitnessState _state;
    private ulong _known; // what the witness cosigned last; 0, as after a start, is corrected by its answer
    private string? _told;

    public WitnessState State => _state;

    public string Name => witness.Name;

    /// <summary>A checkpoint was published. Returns at once.</summary>
    public void Wake() => _news.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stopping)
    {
        // The first time it is asked even where the newest checkpoint has its cosignature: it may know more than a restored database.
        for (var failures = 0; ;)
        {
            if (await SubmitAsync(stopping))
            {
                failures = 0;
                await _news.Reader.ReadAsync(stopping);
                continue;
            }
            var wait = FirstRetry * Math.Pow(2, Math.Min(failures++, 10));
            await Task.Delay(wait < LongestRetry ? wait : LongestRetry, time, stopping);
        }
    }

    /// <returns>False where it should be tried again.</returns>
    private async Task<bool> SubmitAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Its size may be told once, and another node may be faster once.
            for (var attempt = 0; attempt < 3; attempt++)
            {
                if (await records.LatestCheckpointAsync(cancellationToken) is not { } latest)
                    return true;
                if (_state == WitnessState.Cosigning && _known == (ulong)latest.Size)
                    return true;
                var answer = await AskAsync(latest, cancellationToken);
                if (answer.Size is not { } size)
                    return await TakeAsync(answer, latest, cancellationToken);
                metrics.Witnessed(Name, "other-size");
                if (size > (ulong)((await records.LatestCheckpointAsync(cancellationToken))?.Size ?? 0))
                    return await StopSigningAsync(size, latest.Size, cancellationToken);
                _known = size;
            }
            return Failed("does not keep to the size that it said.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Fail();
            Broke(logger, Name, e);
            return false;
        }
    }

    private async Task<WitnessAnswer> AskAsync(StoredCheckpoint latest, CancellationToken cancellationToken)
    {
        var size = (ulong)latest.Size;
        var proof = _known == 0 || _known >= size
            ? []
            : await publisher.ProveAsync(latest.Size, hashes => ConsistencyProof.Create(_known, size, hashes), cancellationToken);
        return await client.AskAsync(witness, new AddCheckpointRequest(Math.Min(_known, size), proof, SignedNote.Parse(latest.Note)), cancellationToken);
    }

    private async Task<bool> TakeAsync(WitnessAnswer answer, StoredCheckpoint latest, CancellationToken cancellationToken)
    {
        if (answer.Lines is null)
            return answer.IsOtherHistory ? Forked(latest.Size, answer.Refusal!) : Failed(answer.Refusal!);
        if (CosignatureCheck.Find(witness, latest, answer.Lines, time.GetUtcNow(), out var error) is not { } line)
            return Failed(error);
        await records.AddCosignatureAsync(latest.Size, line, cancellationToken);
        _known = (ulong)latest.Size;
        metrics.Witnessed(Name, "cosigned");
        publisher.ResumeSigning(Name);
        if (_state != WitnessState.Cosigning)
            Cosigned(logger, Name, latest.Size);
        (_state, _told) = (WitnessState.Cosigning, null);
        return true;
    }

    /// <summary>Said once for each reason, not at each attempt.</summary>
    private bool Failed(string reason)
    {
        Fail();
        if (_told != reason)
            NotCosigned(logger, Name, _told = reason);
        return false;
    }

    private bool Forked(long size, string reason)
    {
        Fail();
        if (_told != reason)
            OtherHistory(logger, Name, size, _told = reason);
        return false;
    }

    /// <summary>A witness that is ahead stays so until it cosigns again, whatever else happens to it.</summary>
    private void Fail()
    {
        metrics.Witnessed(Name, "failed");
        if (_state != WitnessState.Ahead)
            _state = WitnessState.Failing;
    }

    private async Task<bool> StopSigningAsync(ulong theirs, long ours, CancellationToken cancellationToken)
    {
        _known = theirs;
        if (_state == WitnessState.Ahead)
            return false;
        _state = WitnessState.Ahead;
        _told = null;
        publisher.StopSigning(Name, $"The witness {Name} has cosigned {theirs} entries of this log, and the newest checkpoint here covers {ours}: an older backup was restored, or entries were removed.");
        Ahead(logger, Name, theirs, ours);
        await log.EnqueueAsync(WitnessAlert.Ahead(Name, theirs, ours, time.GetUtcNow()), cancellationToken);
        return false;
    }

    [LoggerMessage(1040, LogLevel.Information, "The witness {Witness} cosigned the checkpoint of size {Size}")]
    private static partial void Cosigned(ILogger logger, string witness, long size);

    [LoggerMessage(1041, LogLevel.Warning, "No cosignature: the witness {Witness} {Reason} It is asked again")]
    private static partial void NotCosigned(ILogger logger, string witness, string reason);

    [LoggerMessage(1042, LogLevel.Warning, "The witness {Witness} could not be sent a checkpoint; it is tried again")]
    private static partial void Broke(ILogger logger, string witness, Exception exception);

    [LoggerMessage(1043, LogLevel.Critical, "The witness {Witness} has cosigned {Theirs} entries of this log, and its newest checkpoint covers {Ours}: an older backup was restored, or entries were removed. Nothing is signed any more")]
    private static partial void Ahead(ILogger logger, string witness, ulong theirs, long ours);

    [LoggerMessage(1044, LogLevel.Critical, "The witness {Witness} refused the checkpoint of size {Size}: it {Reason}")]
    private static partial void OtherHistory(ILogger logger, string witness, long size, string reason);
}
