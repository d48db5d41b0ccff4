using System.Text.RegularExpressions;
using AccessBroker.Access;
using AccessBroker.Testing;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Server.Tests.Startup;

/// <summary>The hash of the configuration that each start leaves in the log: what changes what the broker does changes it, a secret does not.</summary>
public sealed partial class ProgramIdentityTests
{
    private static readonly Catalogue NoTargets = new([]);

    public static TheoryData<string> DocumentedSections => new(
        Key().Matches(File.ReadAllText(Repository.File("ops/docs/configuration.md"))).Select(match => match.Groups["section"].Value).Distinct());

    [Theory]
    [MemberData(nameof(DocumentedSections))]
    public void HashOfConfiguration_ASettingOfADocumentedSectionChanged_IsAnother(string section)
    {
        var (one, other) = (Hash($"{section}:Setting", "1"), Hash($"{section}:Setting", "2"));

        if (section == "Logging") Assert.Equal(one, other); // how much is written for people decides nothing
        else Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData("Urls")]
    [InlineData("HTTP_PORTS")]
    [InlineData("Rooms")]
    public void HashOfConfiguration_ASettingWithoutSectionChanged_IsAnother(string key) => Assert.NotEqual(Hash(key, "1"), Hash(key, "2"));

    [Fact]
    public void HashOfConfiguration_AnotherSecret_IsTheSame()
    {
        Assert.Equal(Hash("Identity:Providers:0:ClientSecret", "one"), Hash("Identity:Providers:0:ClientSecret", "other"));
        Assert.Equal(Hash("Log:Streams:0:Headers:X-Api-Key", "one"), Hash("Log:Streams:0:Headers:X-Api-Key", "other"));
    }

    [Fact]
    public void HashOfConfiguration_AChangedTarget_IsAnotherThoughTheFileHasTheSameName()
    {
        var target = Target("See your tickets", "http://127.0.0.1:1", "credential");

        Assert.Equal(Hash(target), Hash(Target("See your tickets", "http://127.0.0.1:1", "credential")));
        Assert.NotEqual(Hash(target), Hash(Target("See and change your tickets", "http://127.0.0.1:1", "credential")));
        Assert.NotEqual(Hash(target), Hash(Target("See your tickets", "http://127.0.0.1:2", "credential")));
        Assert.Equal(Hash(target), Hash(Target("See your tickets", "http://127.0.0.1:1", "renewed")));
    }

    private static string Hash(string key, string value) =>
        ProgramIdentity.HashOfConfiguration(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build(), NoTargets);

    private static string Hash(TargetDefinition target) =>
        ProgramIdentity.HashOfConfiguration(new ConfigurationBuilder().AddInMemoryCollection([new("Targets:File", "targets.yaml")]).Build(), new Catalogue([target]));

    private static TargetDefinition Target(string sentence, string upstream, string credential) => new()
    {
        Name = "helpdesk",
        Title = "Helpdesk",
        Upstream = new Uri(upstream),
        Binding = new TenantBinding(TenantPlace.Path, "/orgs/{tenant}/**"),
        Credential = new UpstreamCredential("Authorization", credential),
        Operations = [new OperationDefinition { Name = "tickets.read", Sentence = sentence, Methods = ["GET"], Paths = ["/orgs/{tenant}/tickets"] }],
    };

    /// <summary>A key at the beginning of a table's row, such as <c>| `Log:Origin` |</c>.</summary>
    [GeneratedRegex("^\\| `(?<section>[A-Za-z]+):", RegexOptions.Multiline)]
    private static partial Regex Key();
}
