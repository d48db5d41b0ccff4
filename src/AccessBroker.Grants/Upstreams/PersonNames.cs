using System.Collections.Concurrent;
using System.Data.Common;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>Display names of the people whose requests pass the gateway, kept for a minute.</summary>
public sealed class PersonNames
{
    private const int Most = 10_000;
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(1);

    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly PeopleRegister _people;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, Known> _known = new();

    internal PersonNames(IDbContextFactory<BrokerDbContext> contexts, PeopleRegister people, TimeProvider time) =>
        (_contexts, _people, _time) = (contexts, people, time);

    private sealed record Known(string Name, long At);

    /// <returns>Empty where nobody knows the name; it decides nothing, so a silent database does not stop the request.</returns>
    public ValueTask<string> FindAsync(Guid person, CancellationToken cancellationToken) =>
        _known.TryGetValue(person, out var known) && _time.GetElapsedTime(known.At) < Keep
            ? ValueTask.FromResult(known.Name)
            : ReadAsync(person, known?.Name ?? "", cancellationToken);

    private async ValueTask<string> ReadAsync(Guid id, string before, CancellationToken cancellationToken)
    {
        var name = before;
        try
        {
            await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
            var person = await context.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
            name = person?.Profile is null ? "" : _people.View(id, person).Name;
        }
        catch (DbException)
        {
            // keep what was known; asked again in a minute
        }

        if (_known.Count >= Most)
            _known.Clear();
        _known[id] = new Known(name, _time.GetTimestamp());
        return name;
    }
}
