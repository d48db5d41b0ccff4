using AccessBroker.Audit;
using AccessBroker.Web.Search;

namespace AccessBroker.Server.Tests.Api;

public sealed class SearchParserTests
{
    public static TheoryData<string, string[]> Understood => new()
    {
        { "", [] },
        { "   ", [] },
        { "customer:acme", ["Customer=acme"] },
        { "-outcome:allowed actor:dana", ["-Outcome=allowed", "Actor=dana"] },
        { "actor:\"Dana Ruiz\"  ticket:48213", ["Actor=Dana Ruiz", "Ticket=48213"] },
        { "refund \"two words\" -draft", ["Text=refund", "Text=two words", "-Text=draft"] },
        { "\"http://example\"", ["Text=http://example"] },
        { "action:tickets.read method:get path:/orgs/acme", ["Action=tickets.read", "Method=get", "Path=/orgs/acme"] },
        { "host:acme--helpdesk.localhost ip:::1 ip:192.0.2.7", ["Host=acme--helpdesk.localhost", "Ip=::1", "Ip=192.0.2.7"] },
        { "outcome:404 outcome:blocked outcome:denied", ["Outcome=404", "Outcome=blocked", "Outcome=denied"] },
        { "created:2026-01-01..2026-03-31 created:..2026-02-01 created:2026-01-31..", ["Created=2026-01-01..2026-03-31", "Created=..2026-02-01", "Created=2026-01-31.."] },
        { "grant:0198f3a0-0000-7000-8000-000000000001", ["Grant=0198f3a0-0000-7000-8000-000000000001"] },
        { "customer:_system", ["Customer=_system"] },
    };

    [Theory]
    [MemberData(nameof(Understood))]
    public void Parse_GoodTerms_GivesThemInOrder(string text, string[] expected)
    {
        Assert.Null(SearchParser.Parse(text, out var terms));
        Assert.Equal(expected, terms.Select(t => $"{(t.Negated ? "-" : "")}{t.Field}={t.Value}"));
    }

    [Theory]
    [InlineData("colour:red", "colour:red", "colour")]
    [InlineData("http://example.com", "http://example.com", "quotes")]
    [InlineData("Customer:acme", "Customer:acme", "customer")]
    [InlineData("customer:Acme", "customer:Acme", "Acme")]
    [InlineData("customer:", "customer:", "value")]
    [InlineData("ticket:48213 actor:", "actor:", "value")]
    [InlineData("-", "-", "value")]
    [InlineData("\"open", "\"open", "quotation")]
    [InlineData("grant:123", "grant:123", "grant")]
    [InlineData("path:orgs", "path:orgs", "slash")]
    [InlineData("method:G=T", "method:G=T", "method")]
    [InlineData("outcome:maybe", "outcome:maybe", "allowed")]
    [InlineData("outcome:999", "outcome:999", "404")]
    [InlineData("created:yesterday", "created:yesterday", "2026-01-31")]
    [InlineData("created:2026-02-30", "created:2026-02-30", "date")]
    [InlineData("created:2026-03-31..2026-01-01", "created:2026-03-31..2026-01-01", "date")]
    [InlineData("created:..", "created:..", "date")]
    [InlineData("ip:999.1.1.1", "ip:999.1.1.1", "address")]
    public void Parse_BadTerm_NamesItAndSaysWhatToWrite(string text, string source, string mentions)
    {
        var bad = SearchParser.Parse(text, out _);
        Assert.NotNull(bad);
        Assert.Equal(source, bad.Source);
        Assert.Contains(mentions, bad.Problem + " " + bad.Next, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Parse_TooMuch_IsRefused()
    {
        Assert.NotNull(SearchParser.Parse(new string('a', 501), out _));
        Assert.NotNull(SearchParser.Parse(string.Join(' ', Enumerable.Repeat("a", 21)), out _));
    }

    [Fact]
    public void Compile_AllFields_BecomesOneQuery()
    {
        SearchParser.Parse("customer:acme actor:dana -action:http.outcome action:tickets.read outcome:blocked outcome:404 method:get created:2026-01-31", out var terms);
        var bad = SearchCompiler.Compile(terms, ["acme"], name => PersonFound.Is("id-of-" + name), out var query);

        Assert.Null(bad);
        Assert.Equal(["acme"], query.Tenants);
        Assert.Equal(
            [
                new(AuditField.Tenant, "acme"), new(AuditField.Actor, "id-of-dana"), new(AuditField.Operation, "tickets.read"),
                new(AuditField.Outcome, "denied"), new(AuditField.Status, "404"), new AuditTerm(AuditField.Method, "GET"),
            ],
            query.Including);
        Assert.Equal([new AuditTerm(AuditField.Kind, "http.outcome")], query.Excluding);
        Assert.Equal(1_769_817_600_000_000, query.From);
        Assert.Equal(1_769_904_000_000_000, query.To);
    }

    [Fact]
    public void Compile_NegatedDates_NamesTheTerm()
    {
        SearchParser.Parse("-created:2026-01-31", out var terms);
        Assert.Equal("-created:2026-01-31", SearchCompiler.Compile(terms, ["acme"], _ => default, out _)?.Source);
    }

    [Fact]
    public void Compile_SeveralDateTerms_NarrowEachOther()
    {
        SearchParser.Parse("created:2026-01-01.. created:..2026-01-01", out var terms);
        Assert.Null(SearchCompiler.Compile(terms, ["acme"], _ => default, out var query));
        Assert.Equal(TimeSpan.FromDays(1).Ticks / TimeSpan.TicksPerMicrosecond, query.To - query.From);
    }

    [Fact]
    public void Compile_UnknownPerson_NamesTheTerm()
    {
        SearchParser.Parse("actor:nobody", out var terms);
        var bad = SearchCompiler.Compile(terms, ["acme"], _ => new PersonFound(null, "Nobody here is called 'nobody'.", "Write more."), out _);
        Assert.Equal("actor:nobody", bad?.Source);
    }
}
