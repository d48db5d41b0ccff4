namespace AccessBroker.Web.Schedules;

/// <summary>Configuration <c>Log:Schedules</c>.</summary>
public sealed class SchedulesOptions
{
    /// <summary>Files that are made by themselves. At most 32; default none.</summary>
    public IList<ScheduleOptions> Schedules { get; } = [];
}

/// <summary>One of <c>Log:Schedules</c>. Words are kept as they were written, so that all that are wrong are told at once.</summary>
public sealed class ScheduleOptions
{
    /// <summary>Its name in files, metrics and the log, <c>[a-z0-9-]</c>, at most 40 characters. What was made is remembered under it: another name begins anew.</summary>
    public string Name { get; set; } = "";

    /// <summary>When, as a cron expression of five fields in UTC: minute, hour, day of the month, month, day of the week.</summary>
    public string At { get; set; } = "";

    /// <summary>One customer's id, <c>_system</c>, or <c>all</c> for a file of each.</summary>
    public string Tenant { get; set; } = "";

    /// <summary><c>bundle</c>, <c>ndjson</c>, <c>csv</c>, <c>parquet</c> or <c>ocsf</c>.</summary>
    public string Format { get; set; } = "";

    /// <summary><c>day</c>, <c>week</c> (from Monday), <c>month</c>: the last whole one in UTC; <c>everything</c> from the log's beginning.</summary>
    public string Range { get; set; } = "";

    /// <summary>Where the files go: a folder that is there, writable, and mode 700.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Runs whose files are kept, of each customer. 1–10000; default 30.</summary>
    public int Keep { get; set; } = 30;

    /// <summary>
    /// Writes whole bodies, which are the customer's, instead of who, when and which operation. Only for files of exactly one customer, on whose
    /// trail it is recorded.
    /// </summary>
    public bool Bodies { get; set; }
}
