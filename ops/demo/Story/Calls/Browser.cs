using System.Net;
using System.Text.RegularExpressions;

namespace Story.Calls;

/// <summary>A page as a browser without scripts ends up with it, all redirects followed.</summary>
internal sealed record Page(Uri Address, Answer Answer)
{
    /// <summary>Without tags, so that a sentence reads as it is seen.</summary>
    public string Text => TextIn(Answer.Body);

    /// <summary>What is read in the paragraph with an id.</summary>
    public string Paragraph(string id)
    {
        var found = Regex.Match(Answer.Body, $"<p\\b[^>]*\\sid=\"{id}\"[^>]*>(?<inside>.*?)</p>", RegexOptions.Singleline);
        Walk.Require(found.Success, $"{Answer.Call} should show a paragraph {id}, but does not: {Answer}");
        return TextIn(found.Groups["inside"].Value).Trim();
    }

    private static string TextIn(string html) => WebUtility.HtmlDecode(Regex.Replace(html, "<[^>]*>", ""));
}

/// <summary>A person's browser without scripts: it keeps cookies, follows redirects, posts forms, and signs in where it is asked to.</summary>
internal sealed partial class Browser(Walk walk, string person)
{
    private const int MostSteps = 20;
    private const string Personas = "/demo/personas";

    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    public Task<Page> GetAsync(string path) => FollowAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(walk.Options.Server, path)));

    /// <summary>Posts the page's form to an address, with its hidden fields and what the person chose.</summary>
    public Task<Page> SubmitAsync(Page page, string action, params (string Name, string Value)[] chosen) =>
        FollowAsync(Post(FormOf(page, action), chosen));

    public static HtmlForm FormOf(Page page, string action) =>
        HtmlForm.Find(page.Answer.Body, action) ?? throw new StoryException($"{page.Answer.Call} should show a form to {action}, but shows none: {page.Answer}");

    /// <summary>Posts fields that are no form of any page, as a foreign page could.</summary>
    public Task<Page> ForgeAsync(string action, params (string Name, string Value)[] fields) => FollowAsync(Post(new HtmlForm(action, [], ""), fields));

    private HttpRequestMessage Post(HtmlForm form, IEnumerable<(string Name, string Value)> chosen) => new(HttpMethod.Post, new Uri(walk.Options.Server, form.Action))
    {
        Content = new FormUrlEncodedContent([.. form.Hidden, .. chosen.Select(c => KeyValuePair.Create(c.Name, c.Value))]),
    };

    private async Task<Page> FollowAsync(HttpRequestMessage request)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var at = request.RequestUri!;
            using var sent = request;
            if (_cookies.Count > 0) sent.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
            var answer = await walk.Gateway.SendAsync(sent);
            Keep(answer);
            if (Next(at, answer) is not { } next) return new Page(at, answer);
            request = next;
        }
        throw new StoryException($"{walk.LastCall}: {person}'s browser was sent from page to page without end.");
    }

    private HttpRequestMessage? Next(Uri at, Answer answer)
    {
        if (answer.Headers.Location is { } location) return new(HttpMethod.Get, new Uri(at, location));
        // The issuer's pages hand over by a page: a POST may not end at another origin.
        if (Refresh().Match(answer.Body) is { Success: true } refresh)
            return new(HttpMethod.Get, new Uri(at, WebUtility.HtmlDecode(refresh.Groups["url"].Value)));
        if (at.AbsolutePath != Personas || HtmlForm.Find(answer.Body, Personas) is not { } personas) return null;
        answer.Must(personas.Offers("persona", person), $"offer {person} to sign in as");
        return Post(personas, [("persona", person)]);
    }

    // Host and path are always the broker's here. Servers take a cookie back by an empty value.
    private void Keep(Answer answer)
    {
        if (!answer.Headers.TryGetValues("Set-Cookie", out var lines)) return;
        foreach (var pair in lines.Select(l => l.Split(';')[0].Split('=', 2)).Where(p => p.Length == 2))
        {
            if (pair[1].Length == 0) _cookies.Remove(pair[0]);
            else _cookies[pair[0]] = pair[1];
        }
    }

    [GeneratedRegex("<meta\\b[^>]*http-equiv=\"refresh\"[^>]*content=\"\\s*\\d+\\s*;\\s*url=(?<url>[^\"]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Refresh();
}
