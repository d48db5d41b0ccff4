using System.Text.Json;

namespace AccessBroker.TransparencyLog.Tests;

/// <summary>The published test vectors: in ACCESSBROKER_VECTORS, else in shared/vectors beside the repository.</summary>
internal static class Vectors
{
    /// <summary>The full path; skips the test, and says why, where the vectors are absent.</summary>
    public static string Require(string relativePath)
    {
        var root = Environment.GetEnvironmentVariable("ACCESSBROKER_VECTORS") is { Length: > 0 } set
            ? set
            : Path.Combine(RepositoryRoot(), "..", "shared", "vectors");
        var path = Path.GetFullPath(Path.Combine(root, relativePath));
        Assert.SkipUnless(Path.Exists(path), $"The published vectors are not at {path}; set ACCESSBROKER_VECTORS to their folder.");
        return path;
    }

    public static IReadOnlyList<(string Name, JsonElement Case)> ReadAll(string relativeFolder)
    {
        var folder = Require(relativeFolder);
        return [.. Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder, file), JsonDocument.Parse(File.ReadAllBytes(file)).RootElement))];
    }

    public static ulong Number(this JsonElement element, string name) => element.GetProperty(name).GetUInt64();

    public static byte[] Bytes(this JsonElement element, string name) => BytesOrEmpty(element.GetProperty(name));

    /// <summary>In the vectors an empty hash or proof may be null.</summary>
    public static IReadOnlyList<byte[]> Hashes(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(BytesOrEmpty)] : [];

    private static byte[] BytesOrEmpty(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null ? [] : element.GetBytesFromBase64();

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "AccessBroker.sln")))
                return folder;
        }
        throw new DirectoryNotFoundException($"No AccessBroker.sln above {AppContext.BaseDirectory}.");
    }
}
