namespace AccessBroker.Evidence;

/// <summary>How entries are written as one file without proofs.</summary>
public enum EntryFormat
{
    /// <summary>One JSON object a line: header, place and exact body.</summary>
    Ndjson,

    /// <summary>A table for spreadsheets, as in a bundle.</summary>
    Csv,

    /// <summary>A typed table for analysis, as in a bundle.</summary>
    Parquet,

    /// <summary>OCSF 1.7.0 events for a SIEM, one a line, as in a bundle.</summary>
    Ocsf,
}
