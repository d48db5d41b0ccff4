using System.Globalization;

namespace AccessBroker.Server;

/// <summary>Options of a verb, among settings: <c>--overlap 30.00:00:00</c> or <c>--overlap=30.00:00:00</c>. What holds a colon in its name is a setting.</summary>
internal sealed class VerbOptions
{
    private readonly Dictionary<string, string?> _given = new(StringComparer.OrdinalIgnoreCase);

    public VerbOptions(string[] arguments)
    {
        var settings = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var before, var after] ? (before, after) : (arguments[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || IsSetting(name[2..]))
            {
                settings.Add(arguments[i]);
                if (value is null && name.StartsWith("--", StringComparison.Ordinal) && i + 1 < arguments.Length)
                    settings.Add(arguments[++i]); // "--Log:Origin example/log"
                continue;
            }
            if (value is null && i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                value = arguments[++i];
            _given[name[2..]] = value;
        }
        Settings = [.. settings];
    }

    /// <summary>For the configuration.</summary>
    public string[] Settings { get; }

    /// <exception cref="VerbOptionException">It was given without a value.</exception>
    public string? Value(string name) =>
        _given.Remove(name, out var value) ? value ?? throw new VerbOptionException($"--{name} needs a value.") : null;

    public TimeSpan? Duration(string name) => Value(name) is not { } text ? null
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span
        : throw new VerbOptionException($"--{name} is '{text}'; write a time such as 30.00:00:00 for thirty days or 01:30:00 for an hour and a half.");

    public bool Flag(string name) =>
        _given.Remove(name, out var value) && (value is null ? true : throw new VerbOptionException($"--{name} takes no value."));

    /// <exception cref="VerbOptionException">One is left that nobody asked for: a typing mistake must not be taken for the default.</exception>
    public void RequireAllRead()
    {
        if (_given.Count > 0)
            throw new VerbOptionException($"--{_given.Keys.First()} is no option here.");
    }

    /// <summary>Settings without a section, as ASP.NET Core has them: they begin with a capital, options never do.</summary>
    private static bool IsSetting(string name) => name == "urls" || (name.Length > 0 && char.IsAsciiLetterUpper(name[0]));
}

/// <summary>An option of a verb is wrong; the message says how to write it.</summary>
internal sealed class VerbOptionException(string message) : Exception(message);
