using System.Text.Json;

namespace Story.Calls;

/// <summary>The upstream's own access log: what really reached it, by its own account.</summary>
internal sealed class HelpdeskLog(string file)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    public int Count => CallsWith("").Count;

    /// <summary>The calls whose path and query contain a text.</summary>
    public IReadOnlyList<JsonElement> CallsWith(string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var calls = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            var call = JsonDocument.Parse(line).RootElement;
            if ((call.GetProperty("path").GetString() + call.GetProperty("query").GetString()).Contains(text, StringComparison.Ordinal)) calls.Add(call);
        }
        return calls;
    }

    /// <summary>The calls with a text, once there is one: a line is written when a call has ended, which the caller may notice a little earlier.</summary>
    public async Task<IReadOnlyList<JsonElement>> AwaitCallsWithAsync(string text)
    {
        for (var tries = 0; ; tries++)
        {
            var calls = CallsWith(text);
            if (calls.Count > 0 || tries == 50) return calls;
            await Task.Delay(Quiet / 2);
        }
    }

    /// <summary>How many calls there were, once no line of an earlier one is still to come.</summary>
    public async Task<int> SettledCountAsync()
    {
        for (var before = Count; ; )
        {
            await Task.Delay(Quiet);
            var now = Count;
            if (now == before) return now;
            before = now;
        }
    }
}
