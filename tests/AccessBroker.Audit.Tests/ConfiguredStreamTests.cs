using AccessBroker.Evidence;

namespace AccessBroker.Audit.Tests;

/// <summary>What is said of wrong streams at start, and what no stream may carry.</summary>
public class ConfiguredStreamTests
{
    private static readonly string Secret = "whsec_" + Convert.ToBase64String(new byte[32]);

    public static TheoryData<string, Action<StreamOptions>> Wrong => new()
    {
        { "Log:Streams:0:Name is 'Siem'", s => s.Name = "Siem" },
        { "Log:Streams:0:Name is ''", s => s.Name = "" },
        { "Log:Streams:0:Url is 'ftp://siem.example'; it must be an address", s => s.Url = "ftp://siem.example" },
        { "Log:Streams:0:Url is 'http://siem.example/'; off this machine", s => s.Url = "http://siem.example/" },
        { "it must have no user", s => s.Url = "https://me:secret@siem.example/" },
        { "Log:Streams:0:Secret must be whsec_", s => s.Secret = "whsec_" + Convert.ToBase64String(new byte[8]) },
        { "Log:Streams:0:Secret must be whsec_", s => s.Secret = "" },
        { "Log:Streams:0:Format is Csv", s => s.Format = EntryFormat.Csv },
        { "Log:Streams:0:Bodies sends what is the customer's", s => s.Bodies = true },
        { "Log:Streams:0:Bodies sends what is the customer's", s => { s.Bodies = true; s.Tenants.Add("acme"); s.Tenants.Add("globex"); } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Broken_SaysWhatAndWhere(string sentence, Action<StreamOptions> spoil)
    {
        var stream = Good();
        spoil(stream);
        var options = new AuditOptions { Origin = "test.example/log" };
        options.Streams.Add(stream);

        var faults = ConfiguredStream.Broken(options).ToList();

        Assert.Contains(sentence, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_OfGoodOnes_IsNothing_AndTwoOfANameAreOneTooMany()
    {
        var options = new AuditOptions { Origin = "test.example/log" };
        options.Streams.Add(Good());
        Assert.Empty(ConfiguredStream.Broken(options));

        options.Streams.Add(Good());
        Assert.Contains("Log:Streams:1:Name", Assert.Single(ConfiguredStream.Broken(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EntryFormat.Ocsf)]
    [InlineData(EntryFormat.Ndjson)]
    public void Line_WithoutContent_HoldsNothingThatACustomersDataSays(EntryFormat format)
    {
        var body = new BodyWriter().Add("kind", "http.intent").Add("actor", "a").Add("tenant", "acme").Add("method", "GET").Add("operation", "tickets.read")
            .Add("path", "/orgs/acme/tickets/SECRET").Add("query", "q=SECRET").Add("host", "SECRET").Add("ip", "SECRET").Add("user_agent", "SECRET").Add("reason", "SECRET")
            .Add("ticket", "SECRET").Add("shown", "SECRET").Add("something_new", "SECRET").Add("nested", new BodyWriter().Add("kind", "SECRET")).ToBytes();
        var header = new EntryHeader(1, EntryClass.Intent, 0, Guid.Empty, Guid.Empty, default, default, default, 1, 1);

        var line = System.Text.Encoding.UTF8.GetString(new EntryLine(format, content: false).Of(BundleEntry.With(3, header.ToArray(), new byte[32], body)));

        Assert.Contains("tickets.read", line, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", line, StringComparison.Ordinal);
        Assert.Equal('\n', line[^1]);
    }

    private static StreamOptions Good() => new() { Name = "siem", Kind = StreamKind.Webhook, Url = "https://siem.example/in", Secret = Secret };
}
