using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Pages.Engineers;
using AccessBroker.Web.Pages.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Web.Live;

/// <summary>
/// Server-sent events (HTML standard, section 9.2). <c>entry</c> is a new line of the timeline and carries its index as id, so
/// that a broken connection resumes after it without a gap; <c>state</c> is what the page shows; <c>ping</c> says that silence
/// means nothing happened. A page that hears none of them for 4 s says that its view is paused.
/// </summary>
internal sealed class LiveFeeds(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(1.5);

    /// <summary>Longest life of one connection: then the browser connects anew, which checks the sign-in again.</summary>
    private static readonly TimeSpan MaxLife = TimeSpan.FromMinutes(1);

    public IResult OfGrant(Actor actor, GrantView grant, long after, HttpContext http)
    {
        if (long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            after = Math.Max(after, last);
        return Stream(http, (services, cancellationToken) => GrantStepAsync(services, actor, grant, () => after, seen => after = seen, cancellationToken));
    }

    public IResult OfRequest(Actor actor, Guid id, HttpContext http) => Stream(http, async (services, cancellationToken) =>
    {
        var request = (await services.GetRequiredService<RequestQueries>().GetAsync(actor, id, cancellationToken)).Value;
        var grant = request?.GrantId is { } grantId ? (await services.GetRequiredService<GrantQueries>().GetAsync(actor, grantId, cancellationToken)).Value : null;
        return new Step(request is null ? null : $"{request.State}:{grant?.State}", []);
    });

    public IResult OfSession(Actor actor, Guid id, HttpContext http) => Stream(http, async (services, cancellationToken) =>
    {
        var session = (await services.GetRequiredService<SessionQueries>().GetAsync(actor, id, cancellationToken)).Value;
        var grant = session is null ? null : (await services.GetRequiredService<GrantQueries>().GetAsync(actor, session.GrantId, cancellationToken)).Value;
        return new Step(session is null || grant is null ? null : SessionPage.StateOf(session, grant), []);
    });

    private static async Task<Step> GrantStepAsync(
        IServiceProvider services, Actor actor, GrantView grant, Func<long> after, Action<long> seen, CancellationToken cancellationToken)
    {
        var now = (await services.GetRequiredService<GrantQueries>().GetAsync(actor, grant.Id, cancellationToken)).Value;
        if (now is null)
            return new Step(null, []);
        var lines = await services.GetRequiredService<GrantTimeline>().AfterAsync(grant, after(), cancellationToken);
        if (lines.Count > 0)
            seen(lines[^1].Index);
        return new Step(now.State, lines);
    }

    /// <param name="State">Null ends the feed: the thing is gone or no longer the viewer's.</param>
    /// <param name="Lines">New since the last step.</param>
    private sealed record Step(string? State, IReadOnlyList<TimelineItem> Lines);

    private IResult Stream(HttpContext http, Func<IServiceProvider, CancellationToken, Task<Step>> step)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(EventsAsync(step, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Func<IServiceProvider, CancellationToken, Task<Step>> step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var pinged = begun;
        string? state = null;
        yield return new SseItem<string>("", "ping") { ReconnectionInterval = TimeSpan.FromSeconds(1) };
        while (time.GetElapsedTime(begun) < MaxLife)
        {
            Step now;
            await using (var scope = scopes.CreateAsyncScope())
                now = await step(scope.ServiceProvider, cancellationToken);
            foreach (var line in now.Lines)
                yield return new SseItem<string>(JsonSerializer.Serialize(line, PageJson.Default.TimelineItem), "entry") { EventId = line.Index.ToString(CultureInfo.InvariantCulture) };
            if (now.State is null)
                yield break;
            if (now.State != state)
            {
                state = now.State;
                yield return new SseItem<string>(state, "state");
            }
            if (time.GetElapsedTime(pinged) >= PingEvery)
            {
                pinged = time.GetTimestamp();
                yield return new SseItem<string>("", "ping");
            }
            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}
