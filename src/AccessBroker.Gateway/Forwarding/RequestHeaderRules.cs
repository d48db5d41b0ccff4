using System.Collections.Frozen;

namespace AccessBroker.Gateway;

/// <summary>Which request headers of the client an upstream may see.</summary>
internal static class RequestHeaderRules
{
    private static readonly FrozenSet<string> Dropped = new[]
    {
        // Hop-by-hop (RFC 9110 §7.6.1); Upgrade and Connection are set anew for a WebSocket.
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Alt-Svc", "Expect",

        // The gateway's own: the consent token, the cookie jar (rewritten), the host.
        "Authorization", "Cookie", "Host",

        // Who calls, and from where, is what the gateway says.
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP",

        // Would make the upstream run another request than the one that was decided on and recorded.
        "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Original-URI", "X-Original-Host",
        "X-Rewrite-URL", "X-Override-URL", "X-Host",

        // Compressed WebSocket messages could not be read, service workers are not served.
        "Sec-WebSocket-Extensions", "Service-Worker",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="name">As received.</param>
    /// <param name="credentialHeader">The header in which the gateway sends the target's own credential.</param>
    /// <param name="connection">Value of the client's <c>Connection</c> header: the names in it end here.</param>
    public static bool MayPass(string name, string? credentialHeader, string? connection)
    {
        if (name[0] == ':' || Dropped.Contains(name)
            || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("AccessBroker-", StringComparison.OrdinalIgnoreCase)
            || name.Equals(credentialHeader, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // CGI and its descendants cannot tell X_Forwarded_For from X-Forwarded-For, so no name with an underscore passes.
        if (name.Contains('_', StringComparison.Ordinal))
            return false;
        return connection is null || !Lists(connection, name);
    }

    private static bool Lists(ReadOnlySpan<char> connection, string name)
    {
        foreach (var option in connection.Split(','))
        {
            if (connection[option].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
