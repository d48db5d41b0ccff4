using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Web.Checks;

/// <summary>A check of one trail, under way or done. Its maker's alone.</summary>
/// <param name="Owner">The person who asked.</param>
/// <param name="Tenant">Customer id.</param>
/// <param name="TenantName">As people know the customer.</param>
/// <param name="StartedAt">When it was asked for.</param>
public sealed record LogCheck(Guid Id, Guid Owner, string Tenant, string TenantName, DateTimeOffset StartedAt)
{
    private ExportProgress _progress;

    /// <summary>Entries of the log read so far, and how many there are to read.</summary>
    public (long Read, long Total) Progress => (_progress.Read, _progress.Total);

    /// <summary>The verdict; null while it is under way, and where there is none.</summary>
    public VerificationReport? Report { get; private set; }

    /// <summary>Why there is no verdict, for the person who waits.</summary>
    public string? Error { get; private set; }

    /// <summary>Neither verdict nor error yet.</summary>
    public bool IsOpen => Report is null && Error is null;

    internal void At(ExportProgress progress) => _progress = progress;

    internal void Done(VerificationReport report) => Report = report;

    internal void Failed(string why) => Error = why;
}
