using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Exports;

/// <summary>
/// Exports that are made in the background. Each is its maker's alone, and at each step the maker must still have the right to read the trail:
/// whoever loses it also loses the file.
/// </summary>
internal sealed class ExportJobs(ReadableTrails trails, ReadingEntries reading, ExportSpool spool, ExportRunner runner, IOptions<ExportOptions> options, TimeProvider time)
{
    private const int MaxOpenPerPerson = 4, MaxKeptPerPerson = 50;

    public async Task<Outcome<ExportView>> StartAsync(
        Actor actor, string? tenant, string? format, string? from, string? to, string? grant, string? person, string? pinned, CancellationToken cancellationToken)
    {
        if ((await trails.OfAsync(actor, cancellationToken)).FirstOrDefault(t => t.Id == tenant) is not { } trail)
            return ApiProblems.NotFound;
        var read = ExportOrder.Read(trail, ExportTrail.By(actor), format, from, to, grant, person, pinned);
        if (read.Value is not { } order)
            return read.Refusal!;
        if (TooMany(actor) is { } tooMany)
            return tooMany;

        await reading.ExportedAsync(actor, order, cancellationToken);
        var now = time.GetUtcNow();
        var export = new SpooledExport(Guid.CreateVersion7(now), actor.PersonId, order, order.FileName(now), ExportState.Queued, now);
        return Enqueue(export, spool.Create(export));
    }

    /// <summary>Starts an export again that was interrupted or failed. It is an export of its own and recorded as one.</summary>
    public async Task<Outcome<ExportView>> RestartAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, id, cancellationToken) is not { } export)
            return ApiProblems.NotFound;
        if (export.State is not (ExportState.Interrupted or ExportState.Failed))
            return NotToBeRestarted;
        if (TooMany(actor) is { } tooMany)
            return tooMany;
        if (spool.TryHold(id) is not { } held)
            return NotToBeRestarted;
        try
        {
            await reading.ExportedAsync(actor, export.Order, cancellationToken);
            var again = new SpooledExport(id, export.Owner, export.Order, export.Name, ExportState.Queued, time.GetUtcNow());
            spool.Write(again);
            return Enqueue(again, held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public async Task<Outcome<ExportView>> GetAsync(Actor actor, Guid id, CancellationToken cancellationToken) =>
        await FindAsync(actor, id, cancellationToken) is { } export ? View(export) : ApiProblems.NotFound;

    /// <summary>The person's own, newest first.</summary>
    public async Task<IReadOnlyList<ExportView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var readable = await trails.OfAsync(actor, cancellationToken);
        return [.. spool.All().Where(e => e.Owner == actor.PersonId && readable.Any(t => t.Id == e.Order.Tenant)).OrderByDescending(e => e.CreatedAt).Select(View)];
    }

    /// <summary>The finished file, open.</summary>
    public async Task<Outcome<SpooledFile>> OpenAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, id, cancellationToken) is not { } export)
            return ApiProblems.NotFound;
        if (export.State != ExportState.Ready)
            return NotReady(export);
        return spool.OpenForReading(id) is { } content ? new SpooledFile(content, export) : ApiProblems.NotFound;
    }

    /// <summary>Stops making it and takes the file away. Whoever lost the right to read the trail may still throw away what is theirs.</summary>
    public Outcome<ExportView> Remove(Actor actor, Guid id)
    {
        if (spool.Find(id) is not { } export || export.Owner != actor.PersonId)
            return ApiProblems.NotFound;
        runner.Cancel(id);
        spool.Remove(id);
        return View(export);
    }

    private async Task<SpooledExport?> FindAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (spool.Find(id) is not { } export || export.Owner != actor.PersonId)
            return null;
        return (await trails.OfAsync(actor, cancellationToken)).Any(t => t.Id == export.Order.Tenant) ? export : null;
    }

    private Outcome<ExportView> Enqueue(SpooledExport export, FileStream held)
    {
        if (runner.TryEnqueue(export, held))
            return View(export);
        held.Dispose();
        spool.Remove(export.Id);
        return Busy;
    }

    private Refusal? TooMany(Actor actor)
    {
        var own = spool.All().Where(e => e.Owner == actor.PersonId).ToList();
        return own.Count(e => e.IsOpen) >= MaxOpenPerPerson || own.Count >= MaxKeptPerPerson
            ? new Refusal(StatusCodes.Status429TooManyRequests, "too-many-exports", "You have too many exports",
                $"{MaxOpenPerPerson} may be under way and {MaxKeptPerPerson} kept at the same time.", "Wait until one is finished, or remove some: DELETE /api/v1/audit/exports/{id}.")
            : null;
    }

    private ExportView View(SpooledExport e) => new(
        e.Id, e.Order.Tenant, e.Order.FormatName, e.State.ToString().ToLowerInvariant(), e.Done, e.Total, e.Bytes, e.Sha256, e.Error, e.Name, e.CreatedAt,
        e.FinishedAt, e.Since + options.Value.KeepFor);

    private static Refusal NotReady(SpooledExport export) => new(StatusCodes.Status409Conflict, "export-not-ready", "The file is not there yet",
        export.Error ?? $"The export is {export.State.ToString().ToLowerInvariant()}.",
        export.IsOpen ? "Ask again when its state is ready." : "Start it again: POST /api/v1/audit/exports/{id}/start.");

    private static Refusal NotToBeRestarted { get; } = new(StatusCodes.Status409Conflict, "export-not-interrupted", "There is nothing to start again",
        "The export is under way or finished.", "Look at its state, or order a new one.");

    private static Refusal Busy { get; } = new(StatusCodes.Status503ServiceUnavailable, "exports-busy", "Too many exports wait",
        "The server has as many exports to make as it takes.", "Try again in a few minutes.");
}

/// <param name="Content">At its beginning; whoever sends it closes it.</param>
internal sealed record SpooledFile(FileStream Content, SpooledExport Export);
