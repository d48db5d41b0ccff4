namespace AccessBroker.Cli;

/// <summary>
/// Cookies of one walk through the demo's sign-in. .NET's own container drops <c>Secure</c> cookies on http://localhost, which
/// browsers keep (a potentially trustworthy origin), so the flow would break there and nowhere else.
/// </summary>
internal sealed class CookieJar
{
    private readonly Dictionary<(string Host, int Port), Dictionary<string, string>> _cookies = [];

    public void Keep(Uri from, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines)) return;
        foreach (var line in lines)
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var pair = parts[0].Split('=', 2);
            if (pair.Length != 2) continue;
            var ofHost = _cookies.TryGetValue((from.Host, from.Port), out var kept) ? kept : _cookies[(from.Host, from.Port)] = [];
            if (IsRemoval(pair[1], parts)) ofHost.Remove(pair[0]);
            else ofHost[pair[0]] = pair[1];
        }
    }

    /// <summary>The <c>Cookie</c> header for an address, or null.</summary>
    public string? For(Uri address) =>
        _cookies.TryGetValue((address.Host, address.Port), out var kept) && kept.Count > 0
            ? string.Join("; ", kept.Select(c => $"{c.Key}={c.Value}"))
            : null;

    // Servers remove a cookie by giving it a date long past.
    private static bool IsRemoval(string value, string[] attributes) =>
        value.Length == 0 && attributes.Any(a => a.StartsWith("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase) || a.Equals("max-age=0", StringComparison.OrdinalIgnoreCase));
}
