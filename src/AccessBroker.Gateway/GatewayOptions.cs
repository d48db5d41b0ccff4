namespace AccessBroker.Gateway;

/// <summary>Configuration section <c>Gateway</c>, as far as forwarding goes; addresses are <see cref="Grants.GatewayAddresses"/>.</summary>
public sealed class GatewayOptions
{
    /// <summary>How long nothing may pass in either direction before a connection is given up. Default 100 s, at least 1 s.</summary>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How long connecting to an upstream may take. Default 10 s, at least 100 ms.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Unauthenticated denials a minute and address that are recorded one by one; those beyond are counted in one entry. Default 10.</summary>
    public int DenialsPerMinute { get; set; } = 10;
}
