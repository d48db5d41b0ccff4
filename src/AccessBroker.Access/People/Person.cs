namespace AccessBroker.Access;

/// <summary>Someone who signed in once. The log knows only <see cref="Id"/>; the name stands under the person's own key and can be erased.</summary>
public sealed class Person
{
    public Guid Id { get; set; }

    /// <summary>OIDC issuer and subject: together unique.</summary>
    public string Issuer { get; set; } = "";
    public string Subject { get; set; } = "";

    /// <summary>Customer the person belongs to, or null for the vendor's staff.</summary>
    public string? Tenant { get; set; }

    /// <summary>Sealed JSON {name, organisation, email}; null once erased.</summary>
    public byte[]? Profile { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LockedAt { get; set; }
}
