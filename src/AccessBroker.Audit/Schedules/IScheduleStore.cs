namespace AccessBroker.Audit;

/// <summary>What of each schedule was made when, and which node makes it now, in the database: a restart and another node know it too.</summary>
public interface IScheduleStore
{
    /// <summary>Every schedule that was ever known, by name.</summary>
    Task<IReadOnlyDictionary<string, ScheduleState>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Makes a schedule known: nothing before now is due. One that is known stays as it is.</summary>
    Task AddAsync(string schedule, CancellationToken cancellationToken);

    /// <summary>Takes the next run for <paramref name="lease"/>.</summary>
    /// <param name="done">The state that the caller saw: whoever saw an older one takes nothing.</param>
    /// <returns>False: another node has it, made it meanwhile, or saw it fail a moment ago.</returns>
    Task<bool> TakeAsync(string schedule, Guid holder, DateTimeOffset done, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Keeps it for another <paramref name="lease"/>.</summary>
    /// <returns>False: another node took it.</returns>
    Task<bool> KeepAsync(string schedule, Guid holder, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The run is made, with all its files on disk; whoever made it lets go.</summary>
    /// <param name="planned">For when it was planned.</param>
    /// <param name="file">Name of what was made.</param>
    /// <returns>False: another node took it.</returns>
    Task<bool> DoneAsync(string schedule, Guid holder, DateTimeOffset planned, string file, CancellationToken cancellationToken);

    /// <summary>The run failed, and nobody tries it again before the pause is over.</summary>
    /// <param name="error">Why, in a sentence for people.</param>
    Task FailedAsync(string schedule, Guid holder, string error, TimeSpan pause, CancellationToken cancellationToken);

    /// <summary>Lets another node take it at once.</summary>
    Task ReleaseAsync(string schedule, Guid holder, CancellationToken cancellationToken);
}

/// <param name="Done">Everything that was planned up to here is made; at first when the schedule became known.</param>
/// <param name="RanAt">When a run was last made; null: none yet.</param>
/// <param name="File">What it made.</param>
/// <param name="Error">Why the last attempt failed; null: it did not.</param>
/// <param name="FailedAt">When it did.</param>
/// <param name="Failures">Attempts that failed one after the other.</param>
/// <param name="RetryAt">Not before this.</param>
/// <param name="IsHeld">A node is at work on it.</param>
public sealed record ScheduleState(
    DateTimeOffset Done, DateTimeOffset? RanAt, string? File, string? Error, DateTimeOffset? FailedAt, int Failures, DateTimeOffset RetryAt, bool IsHeld);
