namespace AccessBroker.Contracts;

/// <summary><c>POST /api/v1/audit/exports</c>: make a file of a customer's trail. It is recorded on that trail before it begins.</summary>
/// <param name="Format"><c>bundle</c> (a zip with proofs), <c>ndjson</c>, <c>csv</c>, <c>parquet</c> or <c>ocsf</c>.</param>
/// <param name="From">A day, or a moment in ISO 8601.</param>
/// <param name="To">A day, included, or a moment, excluded.</param>
/// <param name="Grant">Entries of this grant only.</param>
/// <param name="Actor">Entries of this person only.</param>
/// <param name="Pinned">A checkpoint note that you kept; bundles only.</param>
public sealed record CreateExport(
    string Tenant, string Format = "bundle", string? From = null, string? To = null, Guid? Grant = null, Guid? Actor = null, string? Pinned = null);

/// <param name="State"><c>queued</c>, <c>running</c>, <c>ready</c>, <c>failed</c>, or <c>interrupted</c> where the server that made it ended: start it again.</param>
/// <param name="Done">Entries of the log read so far, of <paramref name="Total"/>.</param>
/// <param name="Total">0 until it runs.</param>
/// <param name="Bytes">Of the finished file.</param>
/// <param name="Sha256">Of the finished file, lower-case hex.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Name">File name.</param>
/// <param name="ExpiresAt">When the finished file is removed.</param>
public sealed record ExportView(
    Guid Id, string Tenant, string Format, string State, long Done, long Total, long Bytes, string? Sha256, string? Error, string Name,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, DateTimeOffset ExpiresAt);
