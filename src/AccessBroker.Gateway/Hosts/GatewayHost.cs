using AccessBroker.Access;

namespace AccessBroker.Gateway;

/// <summary>One host of the gateway: a customer and a target, or a name that only has the shape of one.</summary>
/// <param name="Name">Host header as received, at most 255 characters.</param>
/// <param name="Tenant">Customer id; null where the customer does not exist.</param>
/// <param name="Target">Target name, which the catalogue may not know (any more).</param>
/// <param name="Origin">Public origin; audience of its tokens.</param>
internal sealed record GatewayHost(string Name, string? Tenant, string Target, string Origin)
{
    /// <summary>The trail that denials at this host belong to.</summary>
    public string Trail => Tenant ?? Names.System;
}
