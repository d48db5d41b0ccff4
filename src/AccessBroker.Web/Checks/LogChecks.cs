using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Web.Checks;

/// <summary>
/// Checks a trail from what is stored, as an exported bundle would be checked, and keeps only the verdict. A convenience: a server that
/// checks itself proves nothing to somebody who distrusts it, and the page says so. Known to the server that runs it, for a quarter of an hour.
/// </summary>
internal sealed partial class LogChecks(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LogChecks> logger)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(15), LookAtFirst = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, LogCheck> _checks = new();

    /// <summary>Starts a check, and waits a little: most are done by then. Recorded on the trail before anything is read.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be recorded, so nothing is read.</exception>
    public async Task<Outcome<LogCheck>> StartAsync(Actor actor, string tenant, ReadableTrails trails, ReadingEntries reading, CancellationToken cancellationToken)
    {
        if ((await trails.OfAsync(actor, cancellationToken)).FirstOrDefault(t => t.Id == tenant) is not { } trail)
            return ApiProblems.NotFound;
        foreach (var old in _checks.Values.Where(c => !c.IsOpen && time.GetUtcNow() - c.StartedAt > KeptFor))
            _checks.TryRemove(old.Id, out _);
        var open = _checks.Values.Where(c => c.IsOpen).ToList();
        if (open.FirstOrDefault(c => c.Owner == actor.PersonId) is { } own)
            return own.Tenant == tenant ? own : Busy;
        if (open.Count >= AtOnce)
            return Busy;

        await reading.ReadAsync(actor, trail.Id, "check", 0, cancellationToken);
        var now = time.GetUtcNow();
        var check = new LogCheck(Guid.CreateVersion7(now), actor.PersonId, trail.Id, trail.Name, now);
        _checks[check.Id] = check;
        var running = Task.Run(() => RunAsync(check, lifetime.ApplicationStopping), CancellationToken.None);
        await Task.WhenAny(running, Task.Delay(LookAtFirst, time, cancellationToken));
        return check;
    }

    /// <summary>The person's own, as long as they may read the trail.</summary>
    public async Task<Outcome<LogCheck>> GetAsync(Actor actor, Guid id, ReadableTrails trails, CancellationToken cancellationToken) =>
        _checks.TryGetValue(id, out var check) && check.Owner == actor.PersonId && (await trails.OfAsync(actor, cancellationToken)).Any(t => t.Id == check.Tenant)
            ? check
            : Gone;

    private async Task RunAsync(LogCheck check, CancellationToken stopping)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var sink = new ZipSink(Stream.Null, check.StartedAt); // temporary files, never made a zip
            var request = new ExportRequest(check.Tenant, check.TenantName, "the server itself", ExportFilter.Everything, null, NobodyAsync);
            var report = await scope.ServiceProvider.GetRequiredService<BundleExporter>().CheckAsync(sink, request, new Progress(check), stopping);
            if (report.Failure is { } failure)
                NotVerified(logger, check.Tenant, failure);
            check.Done(report);
        }
        catch (Exception e) when (e is InvalidDataException or SigningStoppedException)
        {
            NotVerified(logger, check.Tenant, e);
            check.Done(Failure(e.Message));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            NotVerified(logger, check.Tenant, e);
            check.Done(Failure("what is stored cannot be opened, or is no entry: it was changed in the database. The server's own log says more"));
        }
        catch (OperationCanceledException)
        {
            check.Failed("The server is stopping. Check again in a minute.");
        }
        catch (Exception e)
        {
            CheckFailed(logger, check.Id, e);
            check.Failed(e is AuditUnavailableException
                ? "The audit log cannot be written at the moment, and a check begins with a new checkpoint. Try again in a minute."
                : $"The check failed on the server, whose own log says why. Try again; if it fails again, tell your administrator its id: {check.Id}.");
        }
    }

    private static VerificationReport Failure(string why) => new() { Checked = [], Failure = new EvidenceException("the stored log", null, null, why) };

    private static Task<IReadOnlyList<BundlePerson>> NobodyAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BundlePerson>>([]);

    private static Refusal Busy { get; } = new(StatusCodes.Status429TooManyRequests, "checks-busy", "A check is under way",
        "One of yours, or as many as the server makes at a time.", "Wait until it is done and try again.");

    private static Refusal Gone { get; } = new(StatusCodes.Status404NotFound, "no-check", "This check is not known here",
        "A verdict is kept for a quarter of an hour, by the server that made it, for the person who asked.", "Check again from the export page.");

    private sealed class Progress(LogCheck check) : IProgress<ExportProgress>
    {
        public void Report(ExportProgress value) => check.At(value);
    }

    [LoggerMessage(4011, LogLevel.Critical, "The stored log does not verify for the trail of {Tenant}")]
    private static partial void NotVerified(ILogger logger, string tenant, Exception exception);

    [LoggerMessage(4012, LogLevel.Error, "The check {Id} failed")]
    private static partial void CheckFailed(ILogger logger, Guid id, Exception exception);
}
