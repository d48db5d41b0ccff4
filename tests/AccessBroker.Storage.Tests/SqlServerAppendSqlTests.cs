using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace AccessBroker.Storage.Tests;

/// <summary>The append path's hand-written SQL in SQL Server's dialect, taken from the code that sends it and parsed.</summary>
public sealed class SqlServerAppendSqlTests
{
    private static readonly Hash32 Known = new(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly Hash32 New = new(Enumerable.Repeat((byte)2, 32).ToArray());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lock_AnyTrails_LocksTheHeadFirstAndDeclaresEveryParameter(bool chosenTrails)
    {
        var (transaction, append) = Begin();

        append.Lock(3, node: 1, chosenTrails ? [Known, New] : null);

        var sent = Assert.Single(transaction.Sent);
        var statements = Statements(sent);
        Assert.Equal([typeof(UpdateStatement), typeof(SelectStatement), typeof(SelectStatement)], statements.Select(s => s.GetType()));
        Assert.Equal("audit_head", Target((UpdateStatement)statements[0]));
    }

    [Fact]
    public void Write_KnownAndNewTrails_InsertsOneBundleAndDeclaresEveryParameter()
    {
        var (transaction, append) = Begin();

        append.Write(new Bundle(0, 1, new byte[160], [0, 0, 0, 0]), new byte[32], 1, [new TrailHead(Known, 2, New), new TrailHead(New, 1, Known)]);

        var statements = Statements(Assert.Single(transaction.Sent));
        Assert.Equal(4, statements.Count);
        Assert.Equal("audit_bundle", Assert.IsType<NamedTableReference>(Assert.IsType<InsertStatement>(statements[0]).InsertSpecification.Target).SchemaObject.BaseIdentifier.Value);
        Assert.Equal("audit_head", Target(Assert.IsType<UpdateStatement>(statements[1])));
    }

    [Fact]
    public void Lock_SendsNoHintBeyondTheFirstUpdate()
    {
        var (transaction, append) = Begin();

        append.Lock(1, node: 1, trails: null);

        Assert.Empty(SqlServerScript.Parse(transaction.Sent[0].Sql).All<TableHint>());
    }

    [Fact]
    public void ReadBoot_DeclaresItsParameter()
    {
        var (transaction, append) = Begin();

        append.ReadBoot(3);

        Assert.IsType<SelectStatement>(Assert.Single(Statements(Assert.Single(transaction.Sent))));
    }

    /// <summary>What is asked at start and at each renewal.</summary>
    [Theory]
    [InlineData(SqlServerAuditStore.DurabilitySql)]
    [InlineData(SqlServerAuditStore.ClockSql)]
    public void Questions_Parse(string sql) => Assert.IsType<SelectStatement>(Assert.Single(Assert.Single(SqlServerScript.Parse(sql)).Statements));

    private static (RecordingTransaction, IAuditTransaction) Begin()
    {
        var transaction = new RecordingTransaction();
        return (transaction, new SqlServerAuditStore("Server=localhost").Join(transaction));
    }

    /// <summary>The statements of one round trip; an undeclared or unused parameter would fail only at a server.</summary>
    private static IList<TSqlStatement> Statements(SentSql sent)
    {
        var batch = Assert.Single(SqlServerScript.Parse(sent.Sql));
        var used = new[] { batch }.All<VariableReference>().Select(variable => variable.Name).ToHashSet();
        Assert.Equal(sent.Parameters.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
        return batch.Statements;
    }

    private static string Target(UpdateStatement update) =>
        Assert.IsType<NamedTableReference>(update.UpdateSpecification.Target).SchemaObject.BaseIdentifier.Value;
}
