using System.Text.RegularExpressions;

namespace AccessBroker.Architecture.Tests;

/// <summary>What the sources must look like.</summary>
public sealed partial class SourceTests
{
    /// <summary>One concept a file: about 300 lines is long.</summary>
    private const int LongestFile = 400;

    /// <summary>Travels in every evidence bundle and runs from there by itself, so it must be one file.</summary>
    private const string StandaloneVerifier = "src/AccessBroker.Evidence/verify.cs";

    [Fact]
    public void Sources_AreShort()
    {
        var files = Repository.Sources("src", ".cs", ".razor", ".js", ".css");
        Assert.True(files.Count > 100, $"Only {files.Count} files were found under src.");

        var tooLong = files.Select(file => (Path: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > LongestFile && file.Path != StandaloneVerifier);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void BulkChangesAndRawSql_StandInStorageAlone()
    {
        var files = Repository.Sources("src", ".cs");
        var users = files.Where(file => BulkOrRaw().IsMatch(File.ReadAllText(file))).Select(Repository.Relative).ToList();

        Assert.Contains(users, file => file.StartsWith("src/AccessBroker.Storage/", StringComparison.Ordinal));
        Assert.DoesNotContain(users, file => !file.StartsWith("src/AccessBroker.Storage/", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(ExecuteUpdate|ExecuteDelete|FromSql|ExecuteSql|SqlQuery)(Raw|Interpolated)?(Async)?\s*[(<]")]
    private static partial Regex BulkOrRaw();
}
