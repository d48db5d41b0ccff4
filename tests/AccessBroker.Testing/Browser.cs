using System.Net;
using System.Text.RegularExpressions;

namespace AccessBroker.Testing;

/// <summary>
/// As much of a browser as plain pages need: cookies (Secure ones too, which <see cref="CookieContainer"/> drops on http://localhost),
/// redirects, forms. It stops at the first address that is not the broker's.
/// </summary>
public sealed partial class Browser(Uri home) : IDisposable
{
    private readonly HttpClient _http = new(LoopbackHandler.Create()) { BaseAddress = home };

    /// <summary>Name → value; a test may take some out or put others in.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    public Task<Page> GetAsync(string address) => FollowAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(home, address)));

    /// <summary>Sends the form whose action ends in <paramref name="action"/>, with its hidden inputs and <paramref name="fields"/>.</summary>
    public Task<Page> SubmitAsync(Page page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.Form(action);
        var all = form.Hidden.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return FollowAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Address, form.Action)) { Content = new FormUrlEncodedContent(all) });
    }

    /// <summary>One request, no redirect followed.</summary>
    public async Task<Page> SendAsync(HttpRequestMessage request)
    {
        if (Cookies.Count > 0) request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await _http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var set)) foreach (var cookie in set) Keep(cookie);
        var location = response.Headers.Location is { } to ? new Uri(request.RequestUri!, to) : null;
        return new Page(request.RequestUri!, response.StatusCode, await response.Content.ReadAsStringAsync(), location, response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public void Dispose() => _http.Dispose();

    private async Task<Page> FollowAsync(HttpRequestMessage request)
    {
        for (var step = 0; step < 15; step++)
        {
            var page = await SendAsync(request);
            if (page.Next is not { } next || next.Authority != home.Authority) return page;
            request = new HttpRequestMessage(HttpMethod.Get, next);
        }
        throw new InvalidOperationException($"More than 15 redirects from {request.RequestUri}");
    }

    private void Keep(string cookie)
    {
        var parts = cookie.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = parts[0].Split('=', 2) is [var n, var v] ? (n, v) : (parts[0], "");
        if (parts.Contains("expires=Thu, 01 Jan 1970 00:00:00 GMT", StringComparer.OrdinalIgnoreCase)) Cookies.Remove(name);
        else Cookies[name] = value;
    }
}

/// <param name="Location">Of a redirect that was not followed.</param>
public sealed partial record Page(Uri Address, HttpStatusCode Status, string Html, Uri? Location, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Where the browser goes on by itself: a redirect or <c>meta refresh</c>.</summary>
    public Uri? Next => Location ?? (Refresh().Match(Html) is { Success: true } refresh ? new Uri(Address, WebUtility.HtmlDecode(refresh.Groups[1].Value)) : null);

    public (string Action, IReadOnlyList<KeyValuePair<string, string>> Hidden) Form(string action)
    {
        foreach (Match form in Forms().Matches(Html))
        {
            var target = WebUtility.HtmlDecode(form.Groups["action"].Value);
            if (target.EndsWith(action, StringComparison.Ordinal))
                return (target, [.. HiddenInputs().Matches(form.Value).Select(m => KeyValuePair.Create(WebUtility.HtmlDecode(m.Groups["name"].Value), WebUtility.HtmlDecode(m.Groups["value"].Value)))]);
        }
        throw new InvalidOperationException($"{Address} ({(int)Status}) has no form for {action}:\n{Html}");
    }

    [GeneratedRegex("<meta http-equiv=\"refresh\" content=\"\\d+;\\s*url=([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Refresh();

    [GeneratedRegex("<form\\b[^>]*\\baction=\"(?<action>[^\"]*)\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input\\b(?=[^>]*type=\"hidden\")(?=[^>]*\\bname=\"(?<name>[^\"]*)\")(?=[^>]*\\bvalue=\"(?<value>[^\"]*)\")[^>]*>")]
    private static partial Regex HiddenInputs();
}
