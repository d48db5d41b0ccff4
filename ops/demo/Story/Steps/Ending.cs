using Story.Calls;

namespace Story.Steps;

/// <summary>Ending means now: the open stream is cut, the next call refused, both within a second.</summary>
internal static class Ending
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Walk walk)
    {
        // The time counts from the moment the customer's request leaves, sign-in done: what a click in the portal sends.
        var priya = await walk.Cli.AccessTokenAsync("priya");
        var refusals = new Refusals(walk);
        using var stream = await EventStream.OpenAsync(walk, walk.Token);
        stream.MustBeOpen();

        var asked = stream.Now;
        var ended = await walk.Gateway.PortalAsync($"/api/v1/grants/{walk.Grant}/revoke", priya, HttpMethod.Post);
        ended.Must(ended.Status == 200, "end the access");
        var next = await walk.Gateway.CallAsync("acme", "helpdesk", "/orgs/acme/tickets/48213", walk.Token);
        var refused = stream.Now - asked;
        var gone = await stream.CutAsync() - asked;

        next.Must(next.Problem == "grant-revoked", "be refused as grant-revoked");
        Walk.Require(gone < Limit && refused < Limit, FormattableString.Invariant($"{ended.Call} should cut and refuse within 1 s, but the stream was cut after {gone.TotalMilliseconds:0} ms and the next call refused after {refused.TotalMilliseconds:0} ms."));
        walk.Tell(FormattableString.Invariant($"after {stream.Events} events: stream cut {gone.TotalMilliseconds:0} ms after the click, next call refused after {refused.TotalMilliseconds:0} ms"));
        var receipt = ended.Json;
        Walk.Require(receipt.GetProperty("connectionsCut").GetInt32() == 1, $"The receipt should count the one connection that was cut: {receipt}");
        walk.Tell($"receipt: {receipt.GetProperty("connectionsCut")} connection cut, entry {receipt.GetProperty("entryIndex")}");

        await refusals.ExpectAsync("grant-revoked", "/orgs/acme/tickets/48213", walk.Token);
        await refusals.AllRecordedAsync();
        (await walk.Cli.RunAsync("dana", "curl", "helpdesk", "/orgs/acme/tickets/48213", "--grant", walk.Grant)).MustExit(6);
    }
}
