using System.Collections.Frozen;

namespace AccessBroker.Gateway;

/// <summary>Which response headers of an upstream a client may see.</summary>
internal static class ResponseHeaderRules
{
    private static readonly FrozenSet<string> Dropped = new[]
    {
        // Hop-by-hop (RFC 9110 §7.6.1).
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authentication-Info", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",

        // Would send the browser past the gateway, or change what it knows of the gateway's hosts.
        "Alt-Svc", "Clear-Site-Data", "Strict-Transport-Security", "Public-Key-Pins", "Service-Worker-Allowed",
        "NEL", "Report-To", "Reporting-Endpoints", "Sec-WebSocket-Extensions",

        // About the gateway's own credential: the client has none to offer the upstream.
        "WWW-Authenticate",

        // Responses are never stored: the gateway sends its own Cache-Control.
        "Cache-Control", "Pragma", "Expires", "Age",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>CORS of the upstream could only open a customer's gateway host to other hosts: pages of this host need none.</summary>
    public static bool MayPass(string name) =>
        !Dropped.Contains(name)
        && !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("AccessBroker-", StringComparison.OrdinalIgnoreCase);

    /// <summary>An address at the upstream becomes the same one at the gateway; anything else is left as it is.</summary>
    /// <param name="upstream">Origin without a final slash.</param>
    /// <param name="gateway">Origin without a final slash.</param>
    public static string Rewrite(string address, string upstream, string gateway) =>
        address.StartsWith(upstream, StringComparison.OrdinalIgnoreCase)
        && (address.Length == upstream.Length || address[upstream.Length] is '/' or '?' or '#')
            ? string.Concat(gateway, address.AsSpan(upstream.Length))
            : address;
}
