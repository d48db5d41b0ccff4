namespace AccessBroker.Audit;

/// <summary>How far each stream's receiver has come, and which node feeds it, in the database: another node goes on where one ended.</summary>
public interface IStreamStore
{
    /// <summary>Takes the stream, or keeps it, for <paramref name="lease"/>. Null: another node feeds it.</summary>
    /// <param name="begin">Where a stream that is not known yet begins.</param>
    Task<StreamPlace?> TakeAsync(string stream, Guid holder, TimeSpan lease, long begin, CancellationToken cancellationToken);

    /// <summary>States which entries are about to be sent, so that whoever sends them again sends the same batch.</summary>
    /// <returns>False where another node took the stream.</returns>
    Task<bool> AnnounceAsync(string stream, Guid holder, long next, long end, CancellationToken cancellationToken);

    /// <summary>The receiver has everything before <paramref name="end"/>.</summary>
    /// <returns>False where another node took the stream.</returns>
    Task<bool> AdvanceAsync(string stream, Guid holder, long next, long end, CancellationToken cancellationToken);

    /// <summary>The configuration that was recorded on the trails.</summary>
    Task RecordedAsync(string stream, Guid holder, string fingerprint, CancellationToken cancellationToken);

    /// <summary>Lets another node take it at once.</summary>
    Task ReleaseAsync(string stream, Guid holder, CancellationToken cancellationToken);
}

/// <param name="Next">Index after the last entry that the receiver acknowledged.</param>
/// <param name="End">Where the batch ends that was announced and not acknowledged; at most <paramref name="Next"/> where there is none.</param>
/// <param name="Fingerprint">The configuration that was recorded.</param>
public sealed record StreamPlace(long Next, long End, string Fingerprint);
