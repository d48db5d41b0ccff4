namespace AccessBroker.Audit;

internal static class NodeLease
{
    /// <summary>How long a node that stopped renewing counts as alive.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>It renews five times as often.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
}
