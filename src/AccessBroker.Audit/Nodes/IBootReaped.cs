namespace AccessBroker.Audit;

/// <summary>
/// Told when another node declared this process dead and closed its intents as <c>unknown</c>. Whatever runs under them must be
/// cut at once (AUDIT-LOG.md, audit_node): how it ends can no longer stand as their outcome. May be told more than once.
/// </summary>
public interface IBootReaped
{
    void BootReaped();
}
