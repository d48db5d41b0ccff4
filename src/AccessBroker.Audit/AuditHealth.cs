namespace AccessBroker.Audit;

/// <summary>Whether the log can be written: what readiness says.</summary>
public interface IAuditHealth
{
    bool Ready { get; }

    /// <summary>
    /// For people: why not. Anybody can read it, so it is always one of a few sentences of this program's own; what an exception
    /// said, which may name hosts or accounts, is in the server's log.
    /// </summary>
    string Detail { get; }
}

internal sealed class AuditHealth : IAuditHealth
{
    private volatile string? _failure = "The log was not opened yet.";
    private volatile string? _clock;
    private volatile string? _tampered;

    public bool Ready => Reason is null;

    public string Detail => Reason ?? "The log can be written.";

    private string? Reason => _tampered ?? _failure ?? _clock;

    public void Succeeded() => _failure = null;

    public void Failed() => _failure = "The log cannot be written. The server's own log says why.";

    /// <param name="fault">Null where the clocks agree.</param>
    public void ClockChecked(string? fault) => _clock = fault;

    /// <summary>Stored bytes do not match what was signed: nothing is signed any more until a person looks.</summary>
    public void Tampered() => _tampered = "Stored entries do not match what was signed or appended, and nothing is signed any more. The server's own log says which.";
}
