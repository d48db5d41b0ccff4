using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace AccessBroker.Architecture.Tests;

/// <summary>
/// The files under <c>docker</c> against the repository: nobody builds images where these tests run, but a renamed project, a misspelt
/// setting or a port open to the network shows without that.
/// </summary>
public sealed partial class DockerTests
{
    /// <summary>Settings that are not the broker's own.</summary>
    private static readonly string[] OfDotNet = ["OTEL_EXPORTER_OTLP_ENDPOINT", "ASPNETCORE_URLS", "DOTNET_EnableDiagnostics"];

    private static readonly YamlMappingNode Compose = Load("compose.yaml");

    private static YamlMappingNode Services => Map(Compose, "services");

    [Fact]
    public void Compose_Services_AreTheServerOnEitherDatabaseAndTheCollector()
    {
        Assert.Equal(["collector", "postgresql", "server", "server-sqlserver", "sqlserver"], Services.Children.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["server-sqlserver", "sqlserver"], Services.Children.Keys.Select(key => key.ToString()).Where(name => Members(Service(name), "profiles").Contains("sqlserver")).Order(StringComparer.Ordinal));
        Assert.Equal("PostgreSql", Map(Service("server"), "environment").Children["Storage__Provider"].ToString());
        Assert.Equal("SqlServer", Map(Service("server-sqlserver"), "environment").Children["Storage__Provider"].ToString());
    }

    [Fact]
    public void Compose_WhatAServiceNeeds_IsDefined() => Assert.All(Services.Children, service =>
    {
        var settings = Merged((YamlMappingNode)service.Value);
        Assert.All(Members(settings, "depends_on"), other => Assert.Contains(other, Services.Children.Keys.Select(key => key.ToString())));
        foreach (var source in Members(settings, "volumes").Select(volume => volume.Split(':')[0]).Where(source => source != "./targets")) // the operator's own
        {
            if (source.StartsWith("./", StringComparison.Ordinal)) Assert.True(File.Exists(Repository.PathOf("docker", source)), $"docker/{source} is not there.");
            else Assert.Contains(source, Map(Compose, "volumes").Children.Keys.Select(key => key.ToString()));
        }
    });

    [Fact]
    public void Compose_PublishedPorts_AreOnThisMachineOnly()
    {
        var ports = Services.Children.Values.SelectMany(service => Members(Merged((YamlMappingNode)service), "ports")).ToList();

        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("server-sqlserver")]
    public void Compose_SettingsOfTheServer_AreDocumented(string service) =>
        Assert.All(Settings(Map(Service(service), "environment")), AssertDocumented);

    [Fact]
    public void Dockerfile_Settings_AreDocumented()
    {
        var settings = Variable().Matches(Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..]).Select(match => match.Groups["name"].Value).ToList();

        Assert.Contains("Keys__Folder", settings);
        Assert.All(settings, AssertDocumented);
    }

    [Fact]
    public void EnvironmentExample_Settings_AreDocumentedOrOfTheTargetsFile()
    {
        var targets = File.ReadAllText(Repository.PathOf("ops", "demo", "targets.yaml"));
        var names = File.ReadLines(Repository.PathOf("docker", "broker.env.example")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=')[0]).ToList();

        Assert.NotEmpty(names);
        Assert.All(names.Where(name => !targets.Contains($"${{{name}}}", StringComparison.Ordinal) && !targets.Contains($"${{file:{name}}}", StringComparison.Ordinal)), AssertDocumented);
    }

    [Fact]
    public void Dockerfile_Sources_AreThereAndLetIntoTheBuild()
    {
        var letIn = File.ReadLines(Repository.PathOf(".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var sources = Copied().Matches(Dockerfile).SelectMany(match => match.Groups["from"].Value.Split(' ')).Select(source => source.TrimEnd('/')).ToList();

        Assert.Contains("src", sources);
        Assert.All(sources, source =>
        {
            Assert.True(Path.Exists(Repository.PathOf(source)), $"The Dockerfile copies {source}, which is not there.");
            Assert.Contains(source, letIn);
        });
        Assert.All(Services.Children.Values.Select(service => Merged((YamlMappingNode)service)).Where(service => service.Children.ContainsKey("build")), service =>
            Assert.True(File.Exists(Repository.PathOf("docker", Map(service, "build").Children["context"].ToString(), Map(service, "build").Children["dockerfile"].ToString()))));
    }

    [Fact]
    public void Dockerfile_Projects_AreThereAndStartWhatTheyBuild()
    {
        var projects = Published().Matches(Dockerfile).Select(match => match.Groups["project"].Value).ToList();

        Assert.Equal(["src/AccessBroker.Server"], projects);
        Assert.True(File.Exists(Repository.PathOf(projects[0], "AccessBroker.Server.csproj")));
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"AccessBroker.Server.dll\"]", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Collector_Pipelines_UseWhatIsDefinedWhereTheServerSends()
    {
        var collector = Load("collector.yaml");
        Assert.All(Map(Map(collector, "service"), "pipelines").Children.Values, pipeline => Assert.All(new[] { "receivers", "processors", "exporters" }, kind =>
            Assert.All(Members((YamlMappingNode)pipeline, kind), name => Assert.Contains(name, Map(collector, kind).Children.Keys.Select(key => key.ToString())))));

        var listens = Map(Map(Map(Map(collector, "receivers"), "otlp"), "protocols"), "grpc").Children["endpoint"].ToString();
        Assert.Equal(new Uri(Map(Service("server"), "environment").Children["OTEL_EXPORTER_OTLP_ENDPOINT"].ToString()).Port, new Uri("http://" + listens).Port);
    }

    private static string Dockerfile { get; } = File.ReadAllText(Repository.PathOf("docker", "Dockerfile"));

    /// <summary>In <c>ops/docs/configuration.md</c>, which describes every setting: there <c>n</c> stands for a number and <c>*</c> for any.</summary>
    private static void AssertDocumented(string setting)
    {
        var key = setting.Replace("__", ":", StringComparison.Ordinal);
        if (OfDotNet.Contains(key)) return;
        var row = Number().Replace(key, ":n");
        Assert.Contains(DocumentedKeys(), documented => row == documented || row.StartsWith(documented + ":", StringComparison.Ordinal) && Row(documented).Contains($"`{row[(documented.Length + 1)..]}`", StringComparison.Ordinal));
    }

    private static IEnumerable<string> DocumentedKeys() => Documented().Matches(Documentation).Select(match => match.Groups["key"].Value);

    private static string Row(string key) => Documentation.Split('\n').First(line => line.StartsWith($"| `{key}` ", StringComparison.Ordinal));

    private static string Documentation { get; } = File.ReadAllText(Repository.PathOf("ops", "docs", "configuration.md"));

    private static YamlMappingNode Service(string name) => Merged((YamlMappingNode)Services.Children[name]);

    private static IEnumerable<string> Settings(YamlMappingNode environment) => Merged(environment).Children.Keys.Select(key => key.ToString());

    private static YamlMappingNode Map(YamlMappingNode of, string name) => Merged((YamlMappingNode)of.Children[name]);

    /// <summary>Names of a mapping, items of a list, nothing where it is missing.</summary>
    private static IEnumerable<string> Members(YamlMappingNode of, string name) => of.Children.TryGetValue(name, out var node) switch
    {
        false => [],
        _ when node is YamlMappingNode map => Settings(map),
        _ => ((YamlSequenceNode)node!).Children.Select(child => child.ToString()),
    };

    /// <summary>With what <c>&lt;&lt;</c> merges in, which a reader of plain nodes leaves alone.</summary>
    private static YamlMappingNode Merged(YamlMappingNode map)
    {
        if (!map.Children.TryGetValue("<<", out var more)) return map;
        var all = Merged((YamlMappingNode)more).Children.Where(member => !map.Children.ContainsKey(member.Key)).Concat(map.Children.Where(member => member.Key.ToString() != "<<"));
        return new YamlMappingNode(all);
    }

    private static YamlMappingNode Load(string file)
    {
        using var reader = File.OpenText(Repository.PathOf("docker", file));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    [GeneratedRegex("(?:^ENV |^    |(?<=^ENV .* ))(?<name>[A-Za-z_]+)=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    /// <summary>From the folder that is built, not from an earlier stage.</summary>
    [GeneratedRegex("^COPY (?!--from)(?<from>.+) [^ ]+$", RegexOptions.Multiline)]
    private static partial Regex Copied();

    [GeneratedRegex("dotnet publish (?<project>[^ ]+)")]
    private static partial Regex Published();

    [GeneratedRegex(":[0-9]+(?=:|$)")]
    private static partial Regex Number();

    [GeneratedRegex("^(\\| )?`(?<key>[A-Za-z]+(:[A-Za-z*]+)*)` ", RegexOptions.Multiline)]
    private static partial Regex Documented();
}
