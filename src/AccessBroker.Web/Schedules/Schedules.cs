using AccessBroker.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Schedules;

/// <summary>What a probe may know of the schedules.</summary>
public interface IScheduleHealth
{
    /// <summary>Whether any is configured.</summary>
    bool Any { get; }

    /// <summary>No schedule's last run failed, here or at another node. Says nothing about readiness.</summary>
    bool Well { get; }

    /// <summary>For people, without names.</summary>
    string Detail { get; }
}

/// <summary>
/// Makes the files of the configured schedules, one at a time at this node. What is due follows from the database alone: which runs are made, and
/// which node is at work on one. A run that is not made is due, whether it failed, its node died, or none ran when it should have.
/// </summary>
internal sealed partial class Schedules(
    IOptions<SchedulesOptions> options, IScheduleStore store, IServiceScopeFactory scopes, ScheduleMetrics metrics, TimeProvider time, ILogger<Schedules> logger)
    : BackgroundService, IScheduleHealth
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30), Poll = TimeSpan.FromSeconds(5), FirstRetry = TimeSpan.FromSeconds(30), LongestRetry = TimeSpan.FromMinutes(15);

    private readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());
    private IReadOnlyDictionary<string, ScheduleState> _states = new Dictionary<string, ScheduleState>();

    public IReadOnlyList<ConfiguredSchedule> Configured { get; } = ConfiguredSchedule.Read(options.Value);

    public bool Any => Configured.Count > 0;

    public bool Well => Failed == 0;

    public string Detail => Well
        ? $"{Words(Configured.Count)} made as planned."
        : $"{Failed} of {Words(Configured.Count)} failed at the last run, and is tried again. The server's own log says why.";

    private int Failed => Configured.Count(s => _states.GetValueOrDefault(s.Name)?.Error is not null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Any)
            return;
        metrics.Observe(() => Configured.Select(s => (s.Name, SecondsLate(s))));
        while (true)
        {
            var pause = Poll;
            try
            {
                pause = await StepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Broke(logger, e);
            }
            await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Makes at most one run of each schedule.</summary>
    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken stopping)
    {
        _states = await store.ReadAsync(stopping);
        var pause = Poll;
        foreach (var schedule in Configured)
        {
            var now = time.GetUtcNow();
            if (_states.GetValueOrDefault(schedule.Name) is not { } state)
                await store.AddAsync(schedule.Name, stopping);
            else if (schedule.Due(state.Done, now) is not [var planned, ..])
                pause = Earlier(pause, schedule.NextAfter(now) - now);
            else if (!state.IsHeld && state.RetryAt <= now && await store.TakeAsync(schedule.Name, _holder, state.Done, Lease, stopping))
                pause = await RunAsync(schedule, state, planned, stopping);
        }
        return pause;
    }

    private async Task<TimeSpan> RunAsync(ConfiguredSchedule schedule, ScheduleState state, DateTimeOffset planned, CancellationToken stopping)
    {
        using var taken = CancellationTokenSource.CreateLinkedTokenSource(stopping); // cancelled too where another node has it
        using var ended = new CancellationTokenSource();
        var keeping = KeepAsync(schedule.Name, taken, ended.Token);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var file = await scope.ServiceProvider.GetRequiredService<ScheduledRun>().RunAsync(
                schedule, planned, _holder, () => store.KeepAsync(schedule.Name, _holder, Lease, taken.Token), taken.Token);
            if (await store.DoneAsync(schedule.Name, _holder, planned, file, taken.Token))
                Made(logger, schedule.Name, planned, file);
            metrics.Ran(schedule.Name, "done");
            return TimeSpan.Zero; // more may be due
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await ReleaseAsync(schedule.Name);
            throw;
        }
        catch (OperationCanceledException e)
        {
            Lost(logger, schedule.Name, e); // who has it makes it
            return Poll;
        }
        catch (Exception e)
        {
            var why = ScheduleFaults.Explain(e);
            NotMade(logger, schedule.Name, planned, why, e);
            metrics.Ran(schedule.Name, "failed");
            await store.FailedAsync(schedule.Name, _holder, why, PauseAfter(state.Failures), stopping);
            return TimeSpan.Zero;
        }
        finally
        {
            await ended.CancelAsync();
            await keeping;
        }
    }

    /// <summary>Keeps the lease while the run goes on, and ends the run where another node has it.</summary>
    private async Task KeepAsync(string schedule, CancellationTokenSource taken, CancellationToken ended)
    {
        try
        {
            for (var kept = time.GetTimestamp(); ;)
            {
                await Task.Delay(Lease / 6, time, ended);
                try
                {
                    if (!await store.KeepAsync(schedule, _holder, Lease, ended))
                        break;
                    kept = time.GetTimestamp();
                }
                catch (Exception e) when (!ended.IsCancellationRequested)
                {
                    Broke(logger, e);
                    if (time.GetElapsedTime(kept) > Lease)
                        break; // another node may have it
                }
            }
            await taken.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // the run ended
        }
    }

    private async Task ReleaseAsync(string schedule)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            await store.ReleaseAsync(schedule, _holder, limit.Token);
        }
        catch (Exception e)
        {
            Broke(logger, e); // the lease ends by itself
        }
    }

    private double SecondsLate(ConfiguredSchedule schedule)
    {
        var now = time.GetUtcNow();
        return _states.GetValueOrDefault(schedule.Name) is { } state && schedule.Due(state.Done, now) is [var planned, ..] ? (now - planned).TotalSeconds : 0;
    }

    private static TimeSpan PauseAfter(int failures) => Earlier(LongestRetry, FirstRetry * Math.Pow(2, Math.Min(failures, 10)));

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other) => other is { } earlier && earlier < one ? earlier : one;

    private static string Words(int schedules) => schedules == 1 ? "1 schedule" : $"{schedules} schedules";

    [LoggerMessage(4021, LogLevel.Error, "The schedule {Schedule} could not make its run of {Planned:u}: {Why}")]
    private static partial void NotMade(ILogger logger, string schedule, DateTimeOffset planned, string why, Exception exception);

    [LoggerMessage(4022, LogLevel.Information, "The schedule {Schedule} made its run of {Planned:u}: {File}")]
    private static partial void Made(ILogger logger, string schedule, DateTimeOffset planned, string file);

    [LoggerMessage(4023, LogLevel.Warning, "What is due by the schedules could not be read or kept; it is tried again")]
    private static partial void Broke(ILogger logger, Exception exception);

    [LoggerMessage(4024, LogLevel.Warning, "Another node took the schedule {Schedule} while this one made its run")]
    private static partial void Lost(ILogger logger, string schedule, Exception exception);
}
