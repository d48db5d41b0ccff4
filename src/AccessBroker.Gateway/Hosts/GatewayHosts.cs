using System.Collections.Concurrent;
using AccessBroker.Grants;

namespace AccessBroker.Gateway;

/// <summary>Reads Host headers. Each is taken apart once; the bound keeps strangers from filling the memory with names.</summary>
internal sealed class GatewayHosts(GatewayAddresses addresses, TenantList tenants)
{
    private const int Most = 4096;
    private const int LongestName = 255;

    private readonly ConcurrentDictionary<string, GatewayHost> _known = new(StringComparer.Ordinal);

    /// <summary>The gateway host that a Host header names; null where it is no gateway host at all (the portal's, for one).</summary>
    public GatewayHost? Find(string host)
    {
        if (_known.TryGetValue(host, out var known))
            return known;
        if (!HasShape(host))
            return null;

        var found = addresses.TryParseHost(host, out var tenant, out var target)
            ? new GatewayHost(host, tenants.Find(tenant) is not null ? tenant : null, target, addresses.OriginOf(tenant, target))
            : new GatewayHost(host.Length <= LongestName ? host : host[..LongestName], null, "", "");
        if (found.Tenant is not null && _known.Count < Most)
            _known.TryAdd(host, found);
        return found;
    }

    /// <summary>Two hyphens in the label before the suffix: no other host of the broker has them, so a misspelt gateway host is still refused by the gateway.</summary>
    private bool HasShape(ReadOnlySpan<char> host)
    {
        if (host.LastIndexOf(':') is >= 0 and var colon)
            host = host[..colon];
        var label = host.Length - addresses.Suffix.Length - 1;
        return label > 0 && host[label] == '.' && host[(label + 1)..].Equals(addresses.Suffix, StringComparison.OrdinalIgnoreCase)
            && host[..label].Contains("--", StringComparison.Ordinal);
    }
}
