using System.Diagnostics.CodeAnalysis;
using AccessBroker.Access;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// The gateway's hosts, <c>{tenant}--{target}.{suffix}</c>: one per customer and target, so that no browser storage is
/// shared between customers. Ids admit no double hyphen, so a host splits one way only.
/// </summary>
public sealed class GatewayAddresses
{
    private readonly string _scheme;
    private readonly string _suffix;
    private readonly string _port;

    public GatewayAddresses(IOptions<AddressOptions> options)
    {
        var portal = options.Value.Portal;
        var gateway = options.Value.Gateway;
        _scheme = gateway.PublicScheme ?? portal.Scheme;
        _suffix = (gateway.HostSuffix ?? portal.Host).ToLowerInvariant();
        var port = gateway.PublicPort ?? (_scheme == portal.Scheme ? portal.Port : DefaultPort);
        _port = port == DefaultPort ? "" : $":{port}";
    }

    /// <summary>The part of the host name after <c>{tenant}--{target}.</c>, lower case.</summary>
    public string Suffix => _suffix;

    private int DefaultPort => _scheme == "https" ? 443 : 80;

    /// <summary>Such as <c>http://acme--helpdesk.localhost:8480</c>: the audience of consent tokens, without a final slash.</summary>
    public string OriginOf(string tenant, string target) => $"{_scheme}://{tenant}--{target}.{_suffix}{_port}";

    /// <summary>Takes a Host header apart, with or without a port. Host names are case-insensitive (RFC 4343).</summary>
    public bool TryParseHost(string? host, [NotNullWhen(true)] out string? tenant, [NotNullWhen(true)] out string? target)
    {
        tenant = target = null;
        var name = host.AsSpan();
        var colon = name.LastIndexOf(':');
        if (colon >= 0)
            name = name[..colon];
        var label = name.Length - _suffix.Length - 1;
        if (label <= 0 || name[label] != '.' || !name[(label + 1)..].Equals(_suffix, StringComparison.OrdinalIgnoreCase))
            return false;
        name = name[..label];
        var split = name.IndexOf("--", StringComparison.Ordinal);
        if (split < 0)
            return false;
        var first = name[..split].ToString().ToLowerInvariant();
        var second = name[(split + 2)..].ToString().ToLowerInvariant();
        if (!Names.IsId(first) || !Names.IsId(second))
            return false;
        (tenant, target) = (first, second);
        return true;
    }
}
