using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AccessBroker.Storage.Tests;

/// <summary>
/// <c>ops/sql/sqlserver.sql</c>, held without a server: it parses, names only what the migrations make, and gives no more than its
/// counterpart for PostgreSQL, whose accounts the tests really use.
/// </summary>
public sealed class SqlServerRolesTests
{
    private static readonly IReadOnlyList<TSqlBatch> Script = SqlServerScript.Parse(File.ReadAllText(Scripts.PathOf("sqlserver.sql")));

    [Fact]
    public void Script_TablesAndColumns_AreThoseOfTheModel()
    {
        using var context = new SqlServerDesignTime().CreateDbContext([]);
        var known = context.Model.GetEntityTypes().GroupBy(e => e.GetTableName()!).ToDictionary(
            g => g.Key, g => g.SelectMany(e => e.GetProperties().Select(p => p.GetColumnName(StoreObjectIdentifier.Table(g.Key))!)).ToHashSet());
        known["__EFMigrationsHistory"] = [];

        Assert.All(Script.All<SecurityStatement>().Where(OnATable), statement => Assert.Superset(Columns(statement).ToHashSet(), known[Table(statement)]));
        Assert.Equal(known.Keys.Order(StringComparer.Ordinal), Script.All<GrantStatement>().Where(OnATable).Select(Table).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Script_Broker_MayReadAndAppendTheLogAndIsDeniedTheRest()
    {
        Assert.Equal(["INSERT", "SELECT"], Given<GrantStatement>("accessbroker_broker", "audit_bundle"));
        Assert.Equal(["ALTER", "DELETE", "TAKE OWNERSHIP", "UPDATE"], Given<DenyStatement>("accessbroker_broker", "audit_bundle"));
        Assert.Equal(["INSERT", "SELECT"], Given<GrantStatement>("accessbroker_broker", "audit_checkpoint"));
        Assert.Equal(["ALTER", "DELETE", "TAKE OWNERSHIP", "UPDATE"], Given<DenyStatement>("accessbroker_broker", "audit_checkpoint"));
    }

    [Fact]
    public void Script_Eraser_MayChangeBodiesAndPeoplesWordsAlone()
    {
        Assert.Equal(["SELECT", "UPDATE bodies"], Given<GrantStatement>("accessbroker_eraser", "audit_bundle"));
        Assert.Equal(["SELECT Owner", "UPDATE Wrapped"], Given<GrantStatement>("accessbroker_eraser", "data_key")); // destroys keys, reads none
        Assert.Equal(
            ["access_request", "audit_bundle", "audit_event", "data_key", "person", "review", "setting"],
            Script.All<GrantStatement>().Where(s => OnATable(s) && To(s) == "accessbroker_eraser" && s.Permissions.Any(p => Words(p) != "SELECT"))
                .Select(Table).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["ALTER", "DELETE", "TAKE OWNERSHIP", "UPDATE count", "UPDATE first_idx", "UPDATE headers"], Given<DenyStatement>("accessbroker_eraser", "audit_bundle"));
    }

    [Fact]
    public void Script_HoldsNoPassword() => Assert.Empty(Script.All<CreateLoginStatement>());

    private static IEnumerable<string> Given<T>(string role, string table) where T : SecurityStatement => Script.All<T>()
        .Where(s => OnATable(s) && To(s) == role && Table(s) == table)
        .SelectMany(s => s.Permissions.SelectMany(p => Columns(s).DefaultIfEmpty("").Select(column => $"{Words(p)} {column}".TrimEnd())))
        .Order(StringComparer.Ordinal);

    private static bool OnATable(SecurityStatement statement) => statement.SecurityTargetObject?.ObjectKind == SecurityObjectKind.NotSpecified;

    private static string Table(SecurityStatement statement) => statement.SecurityTargetObject.ObjectName.MultiPartIdentifier.Identifiers[^1].Value;

    private static IEnumerable<string> Columns(SecurityStatement statement) => statement.SecurityTargetObject.Columns.Select(c => c.Value);

    private static string To(SecurityStatement statement) => Assert.Single(statement.Principals).Identifier.Value;

    private static string Words(Permission permission) => string.Join(' ', permission.Identifiers.Select(i => i.Value));
}
