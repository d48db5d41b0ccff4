namespace AccessBroker.Audit;

/// <summary>Whether the log can be written: what readiness says.</summary>
public interface IAuditHealth
{
    bool Ready { get; }

    /// <summary>For people: since when and why not.</summary>
    string Detail { get; }
}

internal sealed class AuditHealth : IAuditHealth
{
    private volatile string? _failure = "The log was not opened yet.";
    private volatile string? _tampered;

    public bool Ready => _failure is null && _tampered is null;

    public string Detail => _tampered ?? _failure ?? "The log can be written.";

    public void Succeeded() => _failure = null;

    public void Failed(string why) => _failure = $"The log cannot be written: {why}";

    /// <summary>Stored bytes do not match what was signed: nothing is signed any more until a person looks.</summary>
    public void Tampered(string what) => _tampered = what;
}
