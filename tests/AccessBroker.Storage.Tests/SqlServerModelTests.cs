using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.Dac;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AccessBroker.Storage.Tests;

/// <summary>
/// SQL Server's schema as DacFx, Microsoft's own schema compiler, resolves it: every name that a key, an index or a trigger uses is
/// there and of a type that may stand in it. Parsing alone does not see that.
/// </summary>
public sealed class SqlServerModelTests
{
    [Fact]
    public void Migrations_AsAModel_HaveNoErrors()
    {
        using var context = new SqlServerDesignTime().CreateDbContext([]);
        using var model = Model(SqlServerScript.OfMigrations(MigrationsSqlGenerationOptions.Default));

        Assert.Empty(Errors(model));
        Assert.Superset(
            context.Model.GetEntityTypes().Select(e => e.GetTableName()!).ToHashSet(),
            model.GetObjects(DacQueryScopes.UserDefined, ModelSchema.Table).Select(t => t.Name.Parts[^1]).ToHashSet());
        Assert.Equal(3, model.GetObjects(DacQueryScopes.UserDefined, ModelSchema.DmlTrigger).Count());
    }

    [Fact]
    public void Model_TriggerNamesAColumnThatIsNotThere_IsAnError()
    {
        using var model = Model("""
            CREATE TABLE audit_bundle (first_idx bigint NOT NULL PRIMARY KEY);
            GO
            CREATE TRIGGER audit_bundle_append_only ON audit_bundle AFTER UPDATE AS
            BEGIN
                IF EXISTS (SELECT 1 FROM audit_bundle b WHERE b.headers IS NULL) ROLLBACK TRANSACTION;
            END
            """);

        Assert.NotEmpty(Errors(model));
    }

    private static TSqlModel Model(string script)
    {
        var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        var generator = new Sql160ScriptGenerator();
        var parsed = SqlServerScript.Parse(script);
        // A model is declared: it knows no altering, so a column that was added later stands in its table from the start.
        foreach (var added in parsed.All<AlterTableAddTableElementStatement>())
        {
            var table = parsed.All<CreateTableStatement>().Last(t => t.SchemaObjectName.BaseIdentifier.Value == added.SchemaObjectName.BaseIdentifier.Value);
            foreach (var column in added.Definition.ColumnDefinitions)
                table.Definition.ColumnDefinitions.Add(column);
        }
        // What fills or moves rows, and transactions around it, is not part of it.
        // What was made anew under the same name counts as it was made last.
        var made = parsed.All<TSqlStatement>().Where(s => s is CreateTableStatement or CreateIndexStatement or CreateTriggerStatement);
        foreach (var statement in made.GroupBy(NameOf).Select(g => g.Last()))
        {
            generator.GenerateScript(statement, out var sql);
            model.AddObjects(sql);
        }
        return model;
    }

    private static string NameOf(TSqlStatement statement) => statement switch
    {
        CreateTableStatement table => table.SchemaObjectName.BaseIdentifier.Value,
        CreateIndexStatement index => index.Name.Value,
        CreateTriggerStatement trigger => trigger.Name.BaseIdentifier.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(statement)),
    };

    private static IEnumerable<string> Errors(TSqlModel model) =>
        model.Validate().Where(m => m.MessageType == DacMessageType.Error).Select(m => m.ToString());
}
