namespace AccessBroker.Access;

public enum ReviewAnswer { Approve = 1, Deny }

/// <summary>An approver's answer to one request.</summary>
public sealed class Review
{
    public Guid Id { get; set; }
    public Guid RequestId { get; set; }
    public string Tenant { get; set; } = "";
    public Guid ReviewerId { get; set; }
    public ReviewAnswer Answer { get; set; }

    /// <summary>For a denial: why, if the approver said so.</summary>
    public string? Reason { get; set; }

    /// <summary>Hash of the scope exactly as it was approved.</summary>
    public string ScopeHash { get; set; } = "";
    public DateTimeOffset At { get; set; }
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }
}
