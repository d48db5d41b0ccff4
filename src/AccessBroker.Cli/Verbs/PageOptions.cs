using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>--limit</c> and <c>--after</c> of lists: pages are fetched until the limit is reached.</summary>
internal sealed class PageOptions
{
    private const int LargestPage = 200;

    public Option<int> Limit { get; } = new("--limit") { Description = "At most so many", HelpName = "N", DefaultValueFactory = _ => 50 };

    public Option<string?> After { get; } = new("--after") { Description = "Go on where an earlier list ended", HelpName = "NEXT" };

    public async Task<(IReadOnlyList<T> Items, string? Next)> ReadAsync<T>(ApiClient api, ParseResult parsed, string path, string query, JsonTypeInfo<Page<T>> type, CancellationToken cancel)
    {
        var limit = parsed.GetValue(Limit);
        if (limit < 1) throw CliException.Usage("--limit must be at least 1.");
        var items = new List<T>();
        var after = parsed.GetValue(After);
        do
        {
            var size = Math.Min(limit - items.Count, LargestPage);
            var paging = Query.Of(("after", after), ("limit", size.ToString(CultureInfo.InvariantCulture)));
            var page = await api.GetAsync($"{path}?{query}{(query.Length > 0 ? "&" : "")}{paging}", type, cancel);
            items.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && items.Count < limit);
        return (items, after);
    }
}
