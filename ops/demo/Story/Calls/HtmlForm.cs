using System.Net;
using System.Text.RegularExpressions;

namespace Story.Calls;

/// <summary>A form of a page: where it goes, and the hidden fields that go with it.</summary>
internal sealed partial record HtmlForm(string Action, IReadOnlyList<KeyValuePair<string, string>> Hidden, string Inside)
{
    /// <returns>The page's form that goes to an address; null where there is none.</returns>
    public static HtmlForm? Find(string html, string action)
    {
        foreach (Match form in Form().Matches(html))
        {
            if (Attribute(form.Groups["tag"].Value, "action") != action) continue;
            var inside = form.Groups["inside"].Value;
            var hidden = Input().Matches(inside).Select(i => i.Value).Where(i => Attribute(i, "type") == "hidden")
                .Select(i => KeyValuePair.Create(Attribute(i, "name"), Attribute(i, "value")));
            return new HtmlForm(action, [.. hidden], inside);
        }
        return null;
    }

    /// <summary>The form offers this choice: an input or button of that name and value.</summary>
    public bool Offers(string name, string value) =>
        Input().Matches(Inside).Any(i => Attribute(i.Value, "name") == name && Attribute(i.Value, "value") == value);

    private static string Attribute(string tag, string name) =>
        WebUtility.HtmlDecode(Regex.Match(tag, $"\\s{name}=\"(?<value>[^\"]*)\"", RegexOptions.IgnoreCase).Groups["value"].Value);

    [GeneratedRegex("(?<tag><form\\b[^>]*>)(?<inside>.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|button)\\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Input();
}
