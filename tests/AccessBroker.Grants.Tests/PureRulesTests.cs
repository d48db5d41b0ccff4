using AccessBroker.Access;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AccessBroker.Grants.Tests;

public sealed class PureRulesTests
{
    private static readonly IConfiguration NoConfiguration = new ConfigurationBuilder().Build();

    private const string Good = """
        targets:
          - name: crm
            title: CRM
            upstream: ${CRM_URL}
            tenant: { in: path, template: "/orgs/{tenant}/**" }
            credential: { header: Authorization, value: "Bearer ${file:CRM_SECRET}" }
            operations:
              - name: orders.read
                sentence: See your orders
                methods: [HEAD, GET]
                paths: ["/orgs/{tenant}/orders/{id}", "/orgs/{tenant}/orders"]
                query: [token, page]
                secret_query: [token]
        """;

    [Fact]
    public void Catalogue_GoodFile_IsReadSortedWithVariablesFilledIn()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "s3cret\n");
        var configuration = Configuration(("CRM_URL", "https://crm.internal:8443"), ("CRM_SECRET", secret));

        var target = CatalogueFile.Parse(Good, "targets.yaml", configuration).Find("crm")!;

        Assert.Equal(new Uri("https://crm.internal:8443"), target.Upstream);
        Assert.Equal("Bearer s3cret", target.Credential!.Value);
        var operation = Assert.Single(target.Operations);
        Assert.Equal(["GET", "HEAD"], operation.Methods);
        Assert.Equal(["/orgs/{tenant}/orders", "/orgs/{tenant}/orders/{id}"], operation.Paths);
        Assert.False(target.AllowBearer || target.SharedCredential || operation.Writes);
        File.Delete(secret);
    }

    [Fact]
    public void Catalogue_ManyErrors_AllWithTheirLines()
    {
        var errors = Assert.Throws<CatalogueException>(() => CatalogueFile.Parse("""
            targets:
              - name: CRM
                title: CRM
                upstream: https://crm.internal/api
                tenant: { in: body }
                operatons: []
                operations:
                  - name: orders.read
                    sentence: See your orders
                    methods: [get]
                    paths: ["orders", "/a/../b", "/a/**/b"]
                    writes: maybe
                    secret_query: [token]
            """, "t.yaml", NoConfiguration)).Errors;

        foreach (var expected in new[]
        {
            "t.yaml:2: the target's name \"CRM\"", "t.yaml:4: the upstream", "t.yaml:5: the customer stands in \"body\"", "t.yaml:6: target 1 has 'operatons'",
            "t.yaml:10: the method \"get\"", "t.yaml:11: the path \"orders\" must begin", "t.yaml:11: the path \"/a/../b\"", "t.yaml:11: the path \"/a/**/b\"",
            "t.yaml:12: 'writes' is \"maybe\"", "t.yaml:13: the secret parameter",
        })
            Assert.Contains(errors, e => e.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Catalogue_UnsetVariables_AreErrorsNotEmpty()
    {
        var errors = Assert.Throws<CatalogueException>(() => CatalogueFile.Parse(Good, "t.yaml", Configuration(("CRM_SECRET", "/does/not/exist")))).Errors;
        Assert.Contains(errors, e => e.Contains("${CRM_URL} is not set", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("/does/not/exist, which cannot be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""), InlineData("targets: ["), InlineData("- a"), InlineData("targets: []"), InlineData("targets: {a: b}"), InlineData("targets: [x]")]
    public void Catalogue_NotAFileOfTargets_SaysWhereAndWhy(string yaml) =>
        Assert.All(Assert.Throws<CatalogueException>(() => CatalogueFile.Parse(yaml, "t.yaml", NoConfiguration)).Errors, e => Assert.StartsWith("t.yaml:", e, StringComparison.Ordinal));

    [Fact]
    public void Catalogue_DemoFile_IsRead()
    {
        var credential = Path.GetTempFileName();
        File.WriteAllText(credential, "x");
        var catalogue = CatalogueFile.Read(Path.Combine(Root(), "ops/demo/targets.yaml"), Configuration(
            ("HELPDESK_URL", "http://127.0.0.1:1"), ("CALENDAR_URL", "http://127.0.0.1:2"),
            ("HELPDESK_CREDENTIAL_FILE", credential), ("CALENDAR_CREDENTIAL_FILE", credential)));
        Assert.Contains("tickets.read", catalogue.Find("helpdesk")!.Operations.Select(o => o.Name));
        Assert.NotNull(catalogue.Find("calendar"));
        File.Delete(credential);
    }

    [Fact]
    public void Scope_Canonical_ReadsBackAndHashesAlike()
    {
        var configuration = Configuration(("CRM_URL", "https://crm.internal"), ("CRM_SECRET", Environment.ProcessPath!));
        var target = CatalogueFile.Parse(Good.Replace("Bearer ${file:CRM_SECRET}", "x", StringComparison.Ordinal), "t", configuration).Find("crm")!;
        var scope = Scopes.Resolve("acme", target, ["orders.read"]);
        var json = Scopes.Canonical(scope);

        Assert.Equal(json, Scopes.Canonical(Scopes.Parse(json)));
        Assert.Equal(43, Scopes.Hash(json).Length);
        Assert.NotEqual(Scopes.Hash(json), Scopes.Hash(Scopes.Canonical(scope with { Tenant = "globex" })));
        Assert.Throws<FormatException>(() => Scopes.Parse(json + " "));
        Assert.Throws<FormatException>(() => Scopes.Parse(json.Replace("\"mask\":[]", "\"mask\":[],\"more\":1", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => Scopes.Parse("{}"));
        Assert.False(Scopes.SameDefinition(target.Operations[0], target.Operations[0] with { Paths = ["/orgs/{tenant}/**"] }));
        Assert.Throws<ArgumentException>(() => Scopes.Resolve("acme", target, ["orders.write"]));
    }

    [Theory]
    [InlineData("acme--helpdesk.localhost:8480", "acme", "helpdesk"), InlineData("ACME--Helpdesk.LocalHost", "acme", "helpdesk")]
    [InlineData("a-b--c-d.localhost", "a-b", "c-d")]
    public void Addresses_GatewayHost_IsTakenApart(string host, string tenant, string target)
    {
        Assert.True(Addresses().TryParseHost(host, out var t, out var g));
        Assert.Equal((tenant, target), (t, g));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("localhost"), InlineData("localhost:8480"), InlineData("acme.localhost"), InlineData("acme--helpdesk.localhost.evil.example")]
    [InlineData("acme--helpdesk.evil"), InlineData("acme---helpdesk.localhost"), InlineData("x.acme--helpdesk.localhost"), InlineData("--helpdesk.localhost"), InlineData("_system--helpdesk.localhost"), InlineData("acme--helpdeskxlocalhost")]
    public void Addresses_OtherHost_IsNotOurs(string? host) => Assert.False(Addresses().TryParseHost(host, out _, out _));

    [Fact]
    public void Addresses_OwnSuffixAndScheme_AreUsed()
    {
        var addresses = new GatewayAddresses(Options.Create(new AddressOptions
        {
            PublicUrl = "http://portal.internal:8080", Gateway = new() { HostSuffix = "gateway.example", PublicScheme = "https" },
        }));
        Assert.Equal("https://acme--crm.gateway.example", addresses.OriginOf("acme", "crm"));
        Assert.Equal("http://acme--crm.localhost:8480", Addresses().OriginOf("acme", "crm"));
    }

    [Theory]
    [InlineData("Invoices are missing\nsince Monday"), InlineData("Ünïcödé 发票 🎫 fine")]
    public void Text_UsualText_IsFine(string text) => Assert.Null(PeopleText.Fault(PeopleText.Tidy(text), "It", 1, 100));

    [Fact]
    public void Text_Length_CountsCharactersNotUnits()
    {
        Assert.Null(PeopleText.Fault(string.Concat(Enumerable.Repeat("🎫", 10)), "It", 10, 10));
        Assert.NotNull(PeopleText.Fault("half \uD83C", "It", 1, 100));
    }

    [Fact]
    public void Connections_RegisteredAfterTheCut_AreCutAtOnce()
    {
        var connections = new SessionConnections(new FakeTimeProvider());
        var (session, grant) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        connections.CutGrant(grant, TerminationReason.GrantRevoked);
        TerminationReason? cut = null;
        using (connections.Register(session, grant, r => cut = r, () => default))
            Assert.Equal(TerminationReason.GrantRevoked, cut);
        Assert.Equal(0, connections.CutSession(session, TerminationReason.Ended).Connections);
    }

    [Fact]
    public void Connections_Cut_ReportsThoseOfTheGrantOnly()
    {
        var connections = new SessionConnections(new FakeTimeProvider());
        var (grant, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var cuts = 0;
        var last = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 3; i++)
            connections.Register(Guid.CreateVersion7(), grant, _ => cuts++, () => last);
        connections.Register(Guid.CreateVersion7(), other, _ => cuts += 100, () => last);
        connections.Register(Guid.CreateVersion7(), grant, _ => cuts += 1000, () => last).Dispose();

        var report = connections.CutGrant(grant, TerminationReason.GrantRevoked);

        Assert.Equal((3, last), (report.Connections, report.LastByteAt));
        Assert.Equal(3, cuts);
    }

    private static GatewayAddresses Addresses() => new(Options.Create(new AddressOptions { PublicUrl = "http://localhost:8480" }));

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build();

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AccessBroker.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
