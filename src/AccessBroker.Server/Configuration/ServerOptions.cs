namespace AccessBroker.Server;

/// <summary>Configuration section <c>Server</c>. Where to listen is ASP.NET Core's own <c>Urls</c> or <c>Kestrel:Endpoints</c>.</summary>
public sealed class ServerOptions
{
    public const string Section = "Server";

    /// <summary>Origin at which people reach the portal, such as <c>https://access.example.com</c>; no path.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>A proxy in front ends TLS and is the only one that can reach this server, so plain HTTP off loopback is meant. Default false.</summary>
    public bool TlsEndsBefore { get; set; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-For</c> is believed. Needs <see cref="TlsEndsBefore"/>.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Largest request body of portal and API, in bytes; the gateway has its own limits. Default 1 MiB.</summary>
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;
}
