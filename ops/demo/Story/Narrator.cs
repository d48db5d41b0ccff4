using System.Diagnostics;

namespace Story;

internal sealed record Step(string Title, Func<Walk, Task> RunAsync);

/// <summary>What was expected did not happen. The message says both.</summary>
internal sealed class StoryException(string message) : Exception(message);

/// <summary>Tells the story step by step, with a tick and the time each took; stops at the first thing that failed.</summary>
internal static class Narrator
{
    public static async Task<int> TellAsync(Walk walk, IReadOnlyList<Step> steps)
    {
        var whole = Stopwatch.StartNew();
        for (var i = 0; i < steps.Count; i++)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await steps[i].RunAsync(walk);
                Console.WriteLine(FormattableString.Invariant($"✓ {watch.Elapsed.TotalSeconds,5:0.0} s  {i + 1} {steps[i].Title}"));
                Facts(walk);
            }
            catch (Exception failed)
            {
                Console.WriteLine(FormattableString.Invariant($"✗ {watch.Elapsed.TotalSeconds,5:0.0} s  {i + 1} {steps[i].Title}"));
                Facts(walk);
                Console.WriteLine($"    FAILED: {(failed is StoryException ? failed.Message : $"{failed.GetType().Name}: {failed.Message}")}");
                return 1;
            }
        }
        Console.WriteLine(FormattableString.Invariant($"The whole story in {whole.Elapsed.TotalSeconds:0} s. The evidence is in {walk.Options.Out}"));
        return 0;
    }

    private static void Facts(Walk walk)
    {
        foreach (var fact in walk.TakeFacts()) Console.WriteLine($"             {fact}");
    }
}
