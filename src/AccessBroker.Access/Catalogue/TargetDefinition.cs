namespace AccessBroker.Access;

/// <summary>An upstream application behind the gateway, as an administrator defined it.</summary>
public sealed record TargetDefinition
{
    public required string Name { get; init; }

    /// <summary>What people call it: "Northwind Helpdesk".</summary>
    public required string Title { get; init; }

    /// <summary>Absolute http(s) origin, without a path.</summary>
    public required Uri Upstream { get; init; }

    public required TenantBinding Binding { get; init; }

    public required IReadOnlyList<OperationDefinition> Operations { get; init; }

    /// <summary>The credential the gateway injects; never shown, never logged. Null where the upstream wants none.</summary>
    public UpstreamCredential? Credential { get; init; }

    /// <summary>One upstream credential serves every customer; the approval page says so.</summary>
    public bool SharedCredential { get; init; }

    /// <summary>Consent tokens may be presented as plain bearer tokens (RFC 6750).</summary>
    public bool AllowBearer { get; init; }

    /// <summary>Each request tells the upstream, signed, who really calls. An application that does not read it need not learn it.</summary>
    public bool Assertion { get; init; } = true;
}

/// <param name="Header">Header that carries the credential, usually <c>Authorization</c>.</param>
/// <param name="Value">The complete header value.</param>
public sealed record UpstreamCredential(string Header, string Value)
{
    /// <summary>Hides the value from logs, debuggers and exception messages.</summary>
    public override string ToString() => $"{Header}: (hidden)";
}
