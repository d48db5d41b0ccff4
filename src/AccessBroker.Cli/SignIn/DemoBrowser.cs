using System.Net;
using System.Text.RegularExpressions;

namespace AccessBroker.Cli;

/// <summary>
/// Walks the demo's sign-in over plain HTTP as a person with a browser would: follows redirects, keeps cookies, presses the
/// persona's button, follows the page that leads back to the loopback port. Only a server in demo mode shows such buttons.
/// </summary>
internal sealed partial class DemoBrowser(HttpClient http, string persona) : IBrowser
{
    private const int MaxSteps = 15;

    private readonly CookieJar _cookies = new();

    public async Task VisitAsync(Uri address, CancellationToken cancel)
    {
        var next = new HttpRequestMessage(HttpMethod.Get, address);
        for (var step = 0; step < MaxSteps; step++)
        {
            using var request = next;
            using var response = await SendAsync(request, cancel);
            if (IsCallback(request.RequestUri!)) return;
            next = await NextAsync(request.RequestUri!, response, cancel);
        }
        throw Failed("the sign-in never came to an end");
    }

    private static bool IsCallback(Uri at) => at.Host == "127.0.0.1" && at.AbsolutePath == "/callback";

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        ServerAddress.EnsureSafe(request.RequestUri!);
        if (_cookies.For(request.RequestUri!) is { } cookies) request.Headers.Add("Cookie", cookies);
        var response = await Network.SendAsync(http, request, cancel);
        _cookies.Keep(request.RequestUri!, response);
        return response;
    }

    private async Task<HttpRequestMessage> NextAsync(Uri at, HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Headers.Location is { } location) return new HttpRequestMessage(HttpMethod.Get, new Uri(at, location));
        var html = await response.Content.ReadAsStringAsync(cancel);
        if (!response.IsSuccessStatusCode) throw Failed($"{at.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode}");
        // A POST may not redirect to another origin under our content security policy: a page hands over instead.
        if (Refresh().Match(html) is { Success: true } refresh)
            return new HttpRequestMessage(HttpMethod.Get, new Uri(at, WebUtility.HtmlDecode(refresh.Groups["url"].Value)));
        return PersonaForm(at, html);
    }

    private HttpRequestMessage PersonaForm(Uri at, string html)
    {
        foreach (Match form in Form().Matches(html))
        {
            var fields = new List<KeyValuePair<string, string>>();
            var hasPersona = false;
            foreach (Match element in Field().Matches(form.Groups["inside"].Value))
            {
                var attributes = AttributesOf(element.Value);
                if (!attributes.TryGetValue("name", out var name)) continue;
                var value = attributes.GetValueOrDefault("value", "");
                var isHidden = attributes.GetValueOrDefault("type") == "hidden";
                var isPersona = value == persona && name.Contains("persona", StringComparison.OrdinalIgnoreCase);
                hasPersona |= isPersona;
                if (isHidden || isPersona) fields.Add(new(name, value));
            }
            if (!hasPersona) continue;
            var action = AttributesOf(form.Groups["tag"].Value).GetValueOrDefault("action", "");
            return new HttpRequestMessage(HttpMethod.Post, action.Length == 0 ? at : new Uri(at, action)) { Content = new FormUrlEncodedContent(fields) };
        }
        throw Failed($"no button for \"{persona}\" on {at.GetLeftPart(UriPartial.Path)}");
    }

    private static Dictionary<string, string> AttributesOf(string tag)
    {
        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match attribute in Attribute().Matches(tag))
            attributes[attribute.Groups["name"].Value] = WebUtility.HtmlDecode(attribute.Groups["value"].Value);
        return attributes;
    }

    private static CliException Failed(string why) =>
        new(ExitCode.Failure, "persona-sign-in-failed", $"Signing in as a persona failed: {why}.", "Personas exist in the demo only; elsewhere run accessbroker login without --as.");

    [GeneratedRegex("(?<tag><form\\b[^>]*>)(?<inside>.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|button)\\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Field();

    [GeneratedRegex("(?<name>[a-zA-Z-]+)\\s*=\\s*\"(?<value>[^\"]*)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("<meta\\b[^>]*http-equiv=\"refresh\"[^>]*content=\"\\s*\\d+\\s*;\\s*url=(?<url>[^\"]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Refresh();
}
