using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AccessBroker.Storage.Tests;

/// <summary>T-SQL as Microsoft's own parser reads it: what stands in for a server where none can run.</summary>
internal static class SqlServerScript
{
    /// <summary>All migrations from an empty database, as <c>dotnet ef migrations script</c> writes them.</summary>
    public static string OfMigrations(MigrationsSqlGenerationOptions options)
    {
        using var context = new SqlServerDesignTime().CreateDbContext([]);
        return context.GetService<IMigrator>().GenerateScript(options: options);
    }

    /// <summary>
    /// The script's batches: what stands between two GO, and what an EXEC of literal text would run. Fails the test where one does
    /// not parse, with its lines.
    /// </summary>
    public static IReadOnlyList<TSqlBatch> Parse(string sql)
    {
        // 16.0 is SQL Server 2022, the oldest that the broker is meant for. Quoted identifiers are on, as every driver sets them.
        var script = new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        Assert.True(errors.Count == 0, string.Join("\n", errors.Select(e => $"line {e.Line}, column {e.Column}: {e.Message}")) + "\n" + sql);
        var batches = ((TSqlScript)script).Batches;
        var nested = batches.All<ExecutableStringList>().Select(list => string.Concat(list.Strings.Cast<StringLiteral>().Select(text => text.Value)));
        return [.. batches, .. nested.SelectMany(Parse)];
    }

    public static IReadOnlyList<T> All<T>(this IEnumerable<TSqlBatch> batches) where T : TSqlFragment
    {
        var collector = new Collector<T>();
        foreach (var batch in batches)
            batch.Accept(collector);
        return collector.Found;
    }

    private sealed class Collector<T> : TSqlFragmentVisitor where T : TSqlFragment
    {
        public List<T> Found { get; } = [];

        public override void Visit(TSqlFragment fragment)
        {
            if (fragment is T wanted)
                Found.Add(wanted);
        }
    }
}
