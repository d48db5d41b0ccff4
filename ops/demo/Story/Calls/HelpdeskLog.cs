using System.Text.Json;

namespace Story.Calls;

/// <summary>The upstream's own access log: what really reached it, by its own account.</summary>
internal sealed class HelpdeskLog(string file)
{
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
}
