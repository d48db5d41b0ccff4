using System.Diagnostics;

namespace Story.Steps;

/// <summary>6: ending means now: the open stream is cut, the next call refused, both within a second.</summary>
internal static class Ending
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Walk walk)
    {
        using var stream = await walk.Gateway.OpenAsync("acme", "helpdesk", "/orgs/acme/tickets/stream", walk.Token);
        Walk.Require(stream.IsSuccessStatusCode, $"Dana's stream should open, but got {(int)stream.StatusCode}.");
        var watch = Stopwatch.StartNew();
        var following = FollowAsync(stream, watch);
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        Walk.Require(!following.IsCompleted, "The stream ended before anybody ended it.");

        // The time counts from the moment the customer's request leaves, sign-in done: what a click in the portal sends.
        var priya = await walk.Cli.AccessTokenAsync("priya");
        var asked = watch.Elapsed;
        var ended = await walk.Gateway.PortalAsync($"/api/v1/grants/{walk.Grant}/revoke", priya, HttpMethod.Post);
        Walk.Require(ended.Status == 200, $"Ending access should work, but got {ended}: {ended.Body}");
        var next = await walk.Gateway.CallAsync("acme", "helpdesk", "/orgs/acme/tickets/48213", walk.Token);
        var refused = watch.Elapsed - asked;
        var (cut, events) = await following.WaitAsync(TimeSpan.FromSeconds(5));
        var gone = cut - asked;

        Walk.Require(events > 0, "The stream should have shown events before it was cut.");
        Walk.Require(next.Problem is "grant-revoked" or "session-ended", $"The next call should be refused as grant-revoked, but got {next}");
        Walk.Require(gone < Limit && refused < Limit, $"Both should happen within 1 s, but the stream ended after {gone.TotalMilliseconds:0} ms and the call was refused after {refused.TotalMilliseconds:0} ms.");
        walk.Tell(FormattableString.Invariant($"after {events} events: stream cut {gone.TotalMilliseconds:0} ms after the click, next call refused after {refused.TotalMilliseconds:0} ms"));
        walk.Tell($"receipt: {ended.Json.GetProperty("connectionsCut")} connection cut, entry {ended.Json.GetProperty("entryIndex")}");

        (await walk.Cli.RunAsync("dana", "curl", "helpdesk", "/orgs/acme/tickets/48213", "--grant", walk.Grant)).MustExit(6);
    }

    /// <summary>Reads until the end, clean or not; says when it was and how many events came.</summary>
    private static async Task<(TimeSpan End, int Events)> FollowAsync(HttpResponseMessage response, Stopwatch watch)
    {
        var events = 0;
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
                if (line.StartsWith("data:", StringComparison.Ordinal)) events++;
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            // A cut connection is the end that is measured.
        }
        return (watch.Elapsed, events);
    }
}
