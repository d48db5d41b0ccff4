namespace AccessBroker.Cli;

/// <summary>Query strings; a value that was not given is left out.</summary>
internal static class Query
{
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var pairs = new List<string>();
        foreach (var (name, value) in parameters)
            if (value is { Length: > 0 }) pairs.Add($"{name}={Uri.EscapeDataString(value)}");
        return string.Join('&', pairs);
    }
}
