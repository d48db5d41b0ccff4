namespace AccessBroker.Contracts;

/// <summary>A schedule that makes files of the log by itself, as configured, and how it went.</summary>
/// <param name="At">A cron expression of five fields, in UTC.</param>
/// <param name="Tenant">One customer's id, <c>_system</c>, or <c>all</c>: a file of each.</param>
/// <param name="Format"><c>bundle</c>, <c>ndjson</c>, <c>csv</c>, <c>parquet</c> or <c>ocsf</c>.</param>
/// <param name="Range"><c>day</c>, <c>week</c>, <c>month</c>: the last whole one; <c>everything</c>.</param>
/// <param name="Bodies">Whole bodies; else who, when, which operation and which result.</param>
/// <param name="Keep">Runs whose files are kept.</param>
/// <param name="State"><c>waiting</c>, <c>due</c>, <c>running</c>, or <c>failed</c>: it is tried again.</param>
/// <param name="NextRun">When it is next made; past where it is due.</param>
/// <param name="LastRun">When it was last made.</param>
/// <param name="LastFile">What it made; <c>*</c> stands for the customers where it makes a file of each.</param>
/// <param name="LastError">Why the last attempt failed; absent where it did not.</param>
/// <param name="FailedAt">When it did.</param>
public sealed record ScheduleView(
    string Name, string At, string Tenant, string Format, string Range, bool Bodies, int Keep, string State,
    DateTimeOffset? NextRun, DateTimeOffset? LastRun, string? LastFile, string? LastError, DateTimeOffset? FailedAt);
