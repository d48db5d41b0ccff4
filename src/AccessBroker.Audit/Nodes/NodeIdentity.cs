namespace AccessBroker.Audit;

/// <summary>Which node and boot this process appends as.</summary>
internal sealed class NodeIdentity : IRunningNode
{
    private volatile NodeBoot? _current;

    public NodeBoot Current
    {
        get => _current ?? throw new AuditUnavailableException("The log was not opened yet.");
        set => _current = value;
    }

    public bool IsClaimed => _current is not null;

    public NodeBoot? Boot => _current;

    public void Close() => _current = null;
}
