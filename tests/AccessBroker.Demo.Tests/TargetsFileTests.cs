using System.Net;
using YamlDotNet.Serialization;

namespace AccessBroker.Demo.Tests;

/// <summary>What <c>ops/demo/targets.yaml</c> lets an engineer ask for must exist at the helpdesk, or the customer approves nothing.</summary>
public sealed class TargetsFileTests(HelpdeskProcess helpdesk)
{
    [Fact]
    public async Task Operations_ThatRead_AllAnswer()
    {
        foreach (var (operation, path) in Paths("GET"))
        {
            using var answer = await helpdesk.Client.GetAsync(Example(path), HttpCompletionOption.ResponseHeadersRead);

            var expected = operation == "chat.join" ? HttpStatusCode.UpgradeRequired : HttpStatusCode.OK;
            Assert.True(expected == answer.StatusCode, $"{operation}: {path} answered {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public void Operations_OfBothTargets_HaveASentenceAndSayWhetherTheyWrite()
    {
        var operations = Operations("helpdesk").Concat(Operations("calendar")).ToList();

        Assert.Equal(11, operations.Count);
        Assert.All(operations, operation =>
        {
            Assert.Matches("^[A-Z].{10,}[^.]$", (string)operation["sentence"]);
            Assert.Contains((string)operation["writes"], new[] { "true", "false" });
        });
    }

    private static string Example(string path) =>
        path.Replace("{tenant}", "acme").Replace("{id}", path.Contains("orders") ? "881" : path.Contains("attachments") ? "5002" : "48213");

    private static IEnumerable<(string Operation, string Path)> Paths(string method) =>
        from operation in Operations("helpdesk")
        where ((List<object>)operation["methods"]).Contains(method)
        from path in (List<object>)operation["paths"]
        select ((string)operation["name"], (string)path);

    private static List<Dictionary<object, object>> Operations(string target)
    {
        var yaml = File.ReadAllText(Path.Combine(Repository.Root, "ops", "demo", "targets.yaml"));
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, List<Dictionary<object, object>>>>(yaml);
        var found = file["targets"].Single(candidate => (string)candidate["name"] == target);
        return [.. ((List<object>)found["operations"]).Cast<Dictionary<object, object>>()];
    }
}
