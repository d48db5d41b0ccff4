using Story.Calls;

namespace Story.Steps;

/// <summary>How a browser gets into a session: a one-time address sets the cookie of the gateway's host.</summary>
internal static class Browsing
{
    /// <returns>The cookie, and the address that is spent now.</returns>
    public static async Task<(string Cookie, Uri Spent)> EnterAsync(Walk walk, string person, string session)
    {
        var entry = await walk.Gateway.PortalAsync($"/api/v1/sessions/{session}/browser", await walk.Cli.AccessTokenAsync(person), HttpMethod.Post);
        entry.Must(entry.Status == 200, "give a one-time address for the browser");
        var address = new Uri(entry.Text("url"));

        var entered = await walk.Gateway.GetAsync(address);
        entered.Must(entered.Status == 303 && entered.Headers.TryGetValues("Set-Cookie", out _), "set the gateway host's cookie");
        var cookie = entered.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Walk.Require(cookie.StartsWith("__Host-", StringComparison.Ordinal), $"{entered.Call} should set a cookie of its host alone (__Host-), but set {cookie.Split('=')[0]}");
        return (cookie, address);
    }
}
