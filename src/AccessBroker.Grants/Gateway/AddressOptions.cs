namespace AccessBroker.Grants;

/// <summary>Where people and programs reach the broker from outside, as behind a load balancer.</summary>
public sealed class AddressOptions
{
    /// <summary><c>Server:PublicUrl</c>: the portal's origin and the issuer of consent tokens, such as <c>https://access.example</c>.</summary>
    public string PublicUrl { get; set; } = "http://localhost:8480";

    public GatewayAddressOptions Gateway { get; set; } = new();

    internal Uri Portal => new(PublicUrl);
}

/// <summary>Configuration section <c>Gateway</c>; every property has the portal's value as its default.</summary>
public sealed class GatewayAddressOptions
{
    /// <summary>Host names end in it: <c>{tenant}--{target}.{HostSuffix}</c>. In production another registrable domain than the portal's.</summary>
    public string? HostSuffix { get; set; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string? PublicScheme { get; set; }

    /// <summary>1–65535.</summary>
    public int? PublicPort { get; set; }
}
