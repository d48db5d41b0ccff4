using System.Buffers.Text;
using System.Text.Json;
using Story.Calls;

namespace Story.Steps;

/// <summary>A grant of one real minute ends by the clock: token, cookie and a new session are each refused for their own reason.</summary>
internal static class Expiring
{
    private const string Ticket = "/orgs/acme/tickets/48213";

    public static async Task RunAsync(Walk walk)
    {
        var minute = walk.Minute!;
        var expires = ExpiryOf(minute.Token);
        Walk.Require(expires <= minute.Ends, $"A token never outlives its grant, but Eve's expires {expires:HH:mm:ss.fff} and the grant ends {minute.Ends:HH:mm:ss.fff}.");

        var left = minute.Ends - TimeProvider.System.GetUtcNow();
        if (left > TimeSpan.Zero) await Task.Delay(left + TimeSpan.FromMilliseconds(200));
        var refusals = new Refusals(walk);
        await refusals.ExpectAsync("token-expired", Ticket, minute.Token);
        await refusals.ExpectAsync("grant-expired", Ticket, token: null, cookie: minute.Cookie);
        await refusals.AllRecordedAsync();
        (await walk.Cli.RunAsync("eve", "session", "start", minute.Grant)).MustExit(6, "grant-expired");
        (await walk.Cli.RunAsync("eve", "curl", "helpdesk", Ticket, "--grant", minute.Grant)).MustExit(6);
        walk.Tell("after a real minute Eve's token is refused as token-expired, her browser's cookie and a new session as grant-expired");
    }

    /// <summary>The token's <c>exp</c> (RFC 7519, section 4.1.4).</summary>
    private static DateTimeOffset ExpiryOf(string token) =>
        DateTimeOffset.FromUnixTimeSeconds(JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("exp").GetInt64());
}
