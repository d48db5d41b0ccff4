using System.Globalization;

namespace AccessBroker.Audit;

/// <summary>Pure: a node whose clock is more than 5 s from the database's is not ready (AUDIT-LOG.md, Topology).</summary>
internal static class ClockSkew
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How far the clocks are apart at least. The database looked at its clock at some moment between the two of ours, so the time
    /// that the question took is never counted as skew.
    /// </summary>
    /// <returns>Positive where the node's clock is ahead.</returns>
    public static TimeSpan Between(DateTimeOffset before, DateTimeOffset after, DateTimeOffset database) =>
        database < before ? before - database
        : database > after ? after - database // negative
        : TimeSpan.Zero;

    /// <returns>What readiness says; null where the clocks agree.</returns>
    public static string? Fault(TimeSpan skew) => skew.Duration() <= Limit
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"This node's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the database's, and at most {Limit.TotalSeconds:0} s are allowed. Synchronise both.");
}
