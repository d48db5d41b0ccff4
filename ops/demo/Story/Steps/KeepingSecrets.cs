using System.Text;

namespace Story.Steps;

/// <summary>Of all tokens, cookies, codes and credentials that passed, none stands in the server's log, nor in what Alan took away.</summary>
internal static class KeepingSecrets
{
    public static async Task RunAsync(Walk walk)
    {
        await AddCredentialAsync(walk, walk.Options.HelpdeskCredential);
        if (walk.Options.CalendarCredential is { } calendar)
        {
            var basic = await AddCredentialAsync(walk, calendar);
            walk.Secrets.Add("credential", Encoding.UTF8.GetString(Convert.FromBase64String(basic)).Split(':', 2)[1]);
        }
        string[] kinds = ["token", "cookie", "code", "credential"];
        Walk.Require(walk.Secrets.Kinds.IsSupersetOf(kinds), $"The story should have seen a {string.Join(", a ", kinds)}, but saw only: {string.Join(", ", walk.Secrets.Kinds)}.");

        var lines = await SearchAsync(walk, walk.Options.ServerLog);
        Walk.Require(lines > 0, $"{walk.Options.ServerLog} should hold what the server logged, but is empty.");
        foreach (var file in Directory.EnumerateFiles(walk.BundleFolder)) await SearchAsync(walk, file);
        walk.Tell($"{walk.Secrets.Count} tokens, cookies, codes and credentials passed; none stands in the {lines} lines of server.log, nor in the bundle");
    }

    private static async Task<string> AddCredentialAsync(Walk walk, string file)
    {
        var credential = (await File.ReadAllTextAsync(file)).Trim();
        walk.Secrets.Add("credential", credential);
        return credential;
    }

    /// <returns>How many lines were searched.</returns>
    private static async Task<int> SearchAsync(Walk walk, string file)
    {
        var number = 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync() is { } line)
        {
            number++;
            if (walk.Secrets.FindIn(line) is { } kind) throw new StoryException($"{file}, line {number}, holds a {kind} that somebody could use.");
        }
        return number;
    }
}
