using System.Text.RegularExpressions;

namespace AccessBroker.Architecture.Tests;

/// <summary>Where things stand in the repository.</summary>
public sealed partial class LayoutTests
{
    /// <summary>Beside dotfiles. The last two are there because the tools that read them look nowhere else.</summary>
    private static readonly string[] TopLevel =
        ["src", "tests", "ops", "docker", "AccessBroker.sln", "README.md", "Directory.Packages.props", "global.json"];

    /// <summary>What .gitignore names, which tools may leave behind.</summary>
    private static readonly string[] Ignored = ["bin", "obj", "artifacts", "TestResults"];

    [Fact]
    public void TopLevel_HoldsExactlyTheAllowedNames()
    {
        var found = Directory.EnumerateFileSystemEntries(Repository.Root).Select(path => Path.GetFileName(path)!)
            .Where(name => name[0] != '.' && !Ignored.Contains(name) && !name.EndsWith(".user", StringComparison.Ordinal));

        Assert.Equal(TopLevel.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Decisions_AreNumberedOnceEach()
    {
        var names = Directory.EnumerateFiles(Repository.PathOf("ops", "adr")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches(DecisionName(), name));
        Assert.Equal(Enumerable.Range(1, names.Count), names.Select(name => int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("^[0-9]{4}-[a-z0-9]+(-[a-z0-9]+)*\\.md$")]
    private static partial Regex DecisionName();
}
