namespace AccessBroker.Storage;

/// <summary>A customer.</summary>
public sealed class TenantRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }
}

/// <summary>A key of the deployment, its secret part sealed under the key-encryption key.</summary>
public sealed class SigningKeyRow
{
    /// <summary>Such as a JWK thumbprint; unique within <see cref="Purpose"/>.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>checkpoint, trail, consent-token, issuer-signing, issuer-encryption, portal-client.</summary>
    public string Purpose { get; set; } = "";
    public byte[] Public { get; set; } = [];

    /// <summary>Empty once destroyed.</summary>
    public byte[] SealedPrivate { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>The log's entry that names a checkpoint key; null for the log's first, and for other purposes.</summary>
    public long? EntryIndex { get; set; }
}

/// <summary>A data key of a customer, a staff member or the deployment; each rotation adds a generation. Destroying it erases what it sealed.</summary>
public sealed class DataKeyRow
{
    public int Id { get; set; }

    /// <summary><c>tenant:acme</c>, <c>person:{id}</c> or <c>deployment</c>.</summary>
    public string Owner { get; set; } = "";

    /// <summary>From 1; the highest seals, the others only open.</summary>
    public int Generation { get; set; } = 1;

    /// <summary>Null once destroyed.</summary>
    public byte[]? Wrapped { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A one-time code that opens a browser session on a gateway host. Only its hash is stored.</summary>
public sealed class BrowserCode
{
    /// <summary>SHA-256 of the code, base64url.</summary>
    public string CodeHash { get; set; } = "";
    public Guid SessionId { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A fact about the deployment that must survive restarts: the log's first origin, whether this is a demo database.</summary>
public sealed class SettingRow
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";
}

/// <summary>An answer kept so that a repeated POST with the same Idempotency-Key gets it again.</summary>
public sealed class IdempotencyRow
{
    public Guid PersonId { get; set; }
    public string Key { get; set; } = "";

    /// <summary>SHA-256 of the request body, so that a reused key with another body is refused.</summary>
    public string BodyHash { get; set; } = "";
    public Guid ResultId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
