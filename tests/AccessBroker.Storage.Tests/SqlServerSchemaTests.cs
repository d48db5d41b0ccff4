using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AccessBroker.Storage.Tests;

/// <summary>SQL Server's migrations, held without a server: every batch parses, and every table of the model is made.</summary>
public sealed class SqlServerSchemaTests
{
    [Theory]
    [InlineData(MigrationsSqlGenerationOptions.Default)]
    [InlineData(MigrationsSqlGenerationOptions.Idempotent)]
    public void Migrations_AsAScript_Parse(MigrationsSqlGenerationOptions options) =>
        Assert.NotEmpty(SqlServerScript.Parse(SqlServerScript.OfMigrations(options)).All<CreateTableStatement>());

    [Fact]
    public void Migrations_CreateEveryTableAndColumnOfTheModel()
    {
        using var context = new SqlServerDesignTime().CreateDbContext([]);
        var created = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        var batches = SqlServerScript.Parse(SqlServerScript.OfMigrations(MigrationsSqlGenerationOptions.Default));
        foreach (var table in batches.All<CreateTableStatement>())
            created[table.SchemaObjectName.BaseIdentifier.Value] = Columns(table.Definition);
        foreach (var change in batches.All<AlterTableAddTableElementStatement>())
            created[change.SchemaObjectName.BaseIdentifier.Value].UnionWith(Columns(change.Definition));

        foreach (var entity in context.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null))
        {
            var table = StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema());
            Assert.True(created.TryGetValue(table.Name, out var columns), $"No migration creates {table.Name}.");
            Assert.Subset(columns, entity.GetProperties().Select(property => property.GetColumnName(table)!).ToHashSet(StringComparer.OrdinalIgnoreCase));
        }

        static HashSet<string> Columns(TableDefinition definition) =>
            definition.ColumnDefinitions.Select(column => column.ColumnIdentifier.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("audit_bundle")]
    [InlineData("audit_checkpoint")]
    public void Migrations_GuardTheLogAgainstUpdateAndDelete(string table)
    {
        var batches = SqlServerScript.Parse(SqlServerScript.OfMigrations(MigrationsSqlGenerationOptions.Default));

        var guards = batches.All<CreateTriggerStatement>().Where(trigger => trigger.TriggerObject.Name.BaseIdentifier.Value == table)
            .SelectMany(trigger => trigger.TriggerActions).Select(action => action.TriggerActionType).ToHashSet();

        Assert.Superset(new HashSet<TriggerActionType> { TriggerActionType.Update, TriggerActionType.Delete }, guards);
    }

    /// <summary>TRUNCATE fires no trigger there; a foreign key to the table stops it.</summary>
    [Theory]
    [InlineData("audit_bundle")]
    [InlineData("audit_checkpoint")]
    public void Migrations_ReferToTheLogSoThatItCannotBeTruncated(string table)
    {
        var batches = SqlServerScript.Parse(SqlServerScript.OfMigrations(MigrationsSqlGenerationOptions.Default));

        var dropped = batches.All<AlterTableDropTableElementStatement>().SelectMany(s => s.AlterTableDropTableElements).Select(e => e.Name.Value).ToList();
        var keys = batches.All<ForeignKeyConstraintDefinition>().Where(key => key.ReferenceTableName.BaseIdentifier.Value == table).ToList();
        Assert.Single(keys.Skip(dropped.Count(name => name == keys[0].ConstraintIdentifier.Value)));
    }

    [Fact]
    public void Migrations_MakeCheckpointsAnAppendOnlyLedger()
    {
        var last = SqlServerScript.Parse(SqlServerScript.OfMigrations(MigrationsSqlGenerationOptions.Default))
            .All<CreateTableStatement>().Last(t => t.SchemaObjectName.BaseIdentifier.Value == "audit_checkpoint");

        var ledger = Assert.Single(last.Options.OfType<LedgerTableOption>());
        Assert.Equal((OptionState.On, OptionState.On), (ledger.OptionState, ledger.AppendOnly));
    }

    [Fact]
    public void Model_HasNoChangeWithoutAMigration()
    {
        using var context = new SqlServerDesignTime().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }
}
