using System.Collections.Concurrent;

namespace AccessBroker.Access;

/// <summary>Compiled templates by their text. They come from the catalogue and from approved scopes alone, so there are few.</summary>
internal static class PathTemplates
{
    private static readonly ConcurrentDictionary<string, PathTemplate> Compiled = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">The text is no template.</exception>
    public static PathTemplate Of(string text) => Compiled.GetOrAdd(text, static t => PathTemplate.Parse(t));
}
