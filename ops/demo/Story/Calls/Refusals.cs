using System.Text.Json;

namespace Story.Calls;

/// <summary>
/// Calls that must be refused. Each is told why by a problem of its kind, none reaches the upstream, and each stands in the
/// log under the entry that its answer names.
/// </summary>
internal sealed class Refusals(Walk walk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<Refused> _made = [];
    private int _served = -1;

    private sealed record Refused(string Tenant, Guid Entry, string Problem, string Call);

    public IEnumerable<string> Problems => _made.Select(r => r.Problem);

    public async Task<Answer> ExpectAsync(
        string problem, string path, string? token, HttpMethod? method = null, string? cookie = null, string tenant = "acme", string target = "helpdesk")
    {
        if (_served < 0) _served = await walk.HelpdeskLog.SettledCountAsync();
        var answer = await walk.Gateway.CallAsync(tenant, target, path, token, method, cookie);
        answer.Must(answer.Problem == problem && answer.Status is >= 400 and < 500, $"be refused as {problem}");
        answer.Must(answer.Text("title").Length > 0 && answer.Text("detail").Length > 0 && answer.Text("next").Length > 0, "say why, and what to do next");
        answer.Must(Guid.TryParse(answer.Text("requestId"), out var entry), "name the entry that recorded it");
        answer.Must(walk.HelpdeskLog.Count == _served, "be refused, and the helpdesk saw a call");
        _made.Add(new Refused(tenant, entry, problem, answer.Call));
        return answer;
    }

    /// <summary>Something was served meanwhile: count the upstream's calls anew.</summary>
    public void Served() => _served = -1;

    /// <summary>Every refusal is an entry of its own on its customer's trail and gives the same reason.</summary>
    public async Task AllRecordedAsync()
    {
        Walk.Require(_served < 0 || await walk.HelpdeskLog.SettledCountAsync() == _served, "Calls were refused, but the helpdesk saw one.");
        var trail = await AuditTrail.OpenAsync(walk);
        var until = TimeProvider.System.GetUtcNow() + Patience;
        foreach (var ofTenant in _made.GroupBy(r => r.Tenant))
        {
            var found = await FoundAsync(trail, ofTenant.Key, [.. ofTenant], until);
            foreach (var refused in ofTenant)
            {
                Walk.Require(found.TryGetValue(refused.Entry, out var entry),
                    $"{refused.Call} was refused as {refused.Problem}, but {ofTenant.Key}'s trail has no entry {refused.Entry} of it.");
                var reason = (await trail.BodyAsync(entry)).GetProperty("reason").GetString();
                Walk.Require(reason == refused.Problem, $"{refused.Call} was refused as {refused.Problem}, but its entry says {reason}.");
            }
        }
    }

    /// <summary>The search shows an entry a moment after it was written.</summary>
    private static async Task<Dictionary<Guid, JsonElement>> FoundAsync(AuditTrail trail, string tenant, IReadOnlyList<Refused> wanted, DateTimeOffset until)
    {
        while (true)
        {
            var found = (await trail.SearchAsync(tenant, "action:http.denied")).ToDictionary(e => e.GetProperty("id").GetGuid());
            if (wanted.All(w => found.ContainsKey(w.Entry)) || TimeProvider.System.GetUtcNow() > until) return found;
            await Task.Delay(250);
        }
    }
}
