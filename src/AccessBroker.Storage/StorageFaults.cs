using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Tells "the database cannot be written now" from a bug: the first is answered with 503, the second is not hidden.</summary>
public static class StorageFaults
{
    public static bool IsStorageUnavailable(this Exception exception) => exception switch
    {
        Audit.AuditUnavailableException => true,
        DbUpdateConcurrencyException => false,
        DbUpdateException { InnerException: { } inner } => inner.IsStorageUnavailable(),
        InvalidOperationException { InnerException: DbException inner } => inner.IsStorageUnavailable(),
        // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN (sqlite.org/rescode.html)
        SqliteException { SqliteErrorCode: 5 or 6 or 8 or 10 or 13 or 14 } => true,
        SqlException { Number: -2 or 1105 or 1205 or 1222 or 9002 or 10053 or 10054 or 10060 } => true,
        // class 08 connection, 53 resources (disk full), 57 operator intervention, 25006 read-only, 55P03 lock not available
        Npgsql.PostgresException { SqlState: var state } =>
            state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) ||
            state.StartsWith("57", StringComparison.Ordinal) || state is "25006" or "55P03",
        Npgsql.NpgsqlException => true,
        TimeoutException => true,
        _ => false,
    };
    /// <summary>The account may not do what was asked of it. Trying again does not help.</summary>
    public static bool IsPermissionDenied(this Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => inner.IsPermissionDenied(),
        Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.InsufficientPrivilege } => true,
        // on an object, on a column, on a statement of the database's; an object that may not be seen or altered
        SqlException { Number: 229 or 230 or 262 or 1088 or 15247 } => true,
        _ => false,
    };
}
