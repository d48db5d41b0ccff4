using AccessBroker.Audit;
using AccessBroker.Storage;

namespace AccessBroker.Grants;

/// <summary>Records what somebody tried and was refused.</summary>
internal static class Attempts
{
    /// <summary>A refusal that cannot be recorded is a refusal all the same: the log being down opens nothing.</summary>
    public static async Task RecordAsync(IAuditLog log, EntryDraft attempt, CancellationToken cancellationToken)
    {
        try
        {
            await log.AppendAsync(attempt, cancellationToken);
        }
        catch (Exception e) when (e.IsStorageUnavailable())
        {
        }
    }
}
