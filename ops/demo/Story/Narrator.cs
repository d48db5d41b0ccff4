using System.Diagnostics;

namespace Story;

internal sealed record Step(string Title, Func<Walk, Task> RunAsync);

/// <summary>What was expected did not happen. The message says both.</summary>
internal sealed class StoryException(string message) : Exception(message);

/// <summary>Tells the story step by step, with a tick and the time each took; stops at the first thing that failed.</summary>
internal static class Narrator
{
    private const string Margin = "             ";

    public static async Task<int> TellAsync(Walk walk, IReadOnlyList<Step> steps)
    {
        var whole = Stopwatch.StartNew();
        for (var i = 0; i < steps.Count; i++)
        {
            var watch = Stopwatch.StartNew();
            var title = $"{i + 1} {steps[i].Title}";
            // Some steps wait for a real minute to end: a person who watches sees which one.
            if (!Console.IsOutputRedirected) Console.Write($"…          {title}\r");
            try
            {
                await steps[i].RunAsync(walk);
                Ended('✓', watch, title, walk);
            }
            catch (Exception failed)
            {
                Ended('✗', watch, title, walk);
                Console.WriteLine($"    FAILED: {(failed is StoryException ? failed.Message : $"{failed.GetType().Name}: {failed.Message}")}");
                Console.WriteLine($"    The last call was: {walk.LastCall}");
                Console.WriteLine($"    The server's log: {walk.Options.ServerLog}");
                return 1;
            }
        }
        Console.WriteLine(FormattableString.Invariant($"The whole story in {whole.Elapsed.TotalSeconds:0} s. The evidence is in {walk.Options.Out}"));
        return 0;
    }

    private static void Ended(char mark, Stopwatch watch, string title, Walk walk)
    {
        Console.WriteLine(FormattableString.Invariant($"{mark} {watch.Elapsed.TotalSeconds,5:0.0} s  {title}"));
        foreach (var fact in walk.TakeFacts()) Console.WriteLine(Margin + fact);
    }
}
