namespace Bench;

/// <summary>What <c>ops/bench.sh gateway</c> passes on.</summary>
internal sealed record BenchOptions
{
    /// <summary>Odd, so that the median is a round that was run.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Length of one measurement.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Connections that wrk holds open, each with one request in flight.</summary>
    public IReadOnlyList<int> Connections { get; init; } = [1, 64, 256];

    /// <summary>Words of the variants to measure; empty for all. Bare YARP always runs: the ratios stand on it.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>A look, not a result: also smaller logs.</summary>
    public bool Quick { get; init; }

    /// <summary>JSON lines go there: a whole path, whose folder is made where it is missing.</summary>
    public required string Out { get; init; }

    /// <summary>The repository.</summary>
    public required string Root { get; init; }

    /// <summary>Databases, configurations and logs of this run.</summary>
    public required string Work { get; init; }

    /// <exception cref="BenchException">Says which argument is wrong.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var given = new Dictionary<string, string>();
        var quick = false;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
                quick = true;
            else if (args[i] is "--rounds" or "--seconds" or "--connections" or "--only" or "--out" or "--root" or "--work" && i + 1 < args.Length)
                given[args[i]] = args[++i];
            else
                throw new BenchException($"{args[i]} is not an option, or its value is missing. See ops/bench.sh --help.");
        }
        return new BenchOptions
        {
            Quick = quick,
            Rounds = Number("--rounds", quick ? 1 : 5, 1, 99),
            Seconds = Number("--seconds", quick ? 2 : 5, 1, 600),
            Connections = given.TryGetValue("--connections", out var list) ? [.. list.Split(',').Select(c => InRange("--connections", c, 1, 10_000))] : [1, 64, 256],
            Only = given.TryGetValue("--only", out var only) ? only.Split(',') : [],
            Out = Required("--out"),
            Root = Required("--root"),
            Work = Required("--work"),
        };

        string Required(string name) => given.GetValueOrDefault(name) ?? throw new BenchException($"{name} is missing.");

        int Number(string name, int fallback, int min, int max) => given.TryGetValue(name, out var text) ? InRange(name, text, min, max) : fallback;
    }

    private static int InRange(string name, string text, int min, int max) =>
        int.TryParse(text, out var number) && number >= min && number <= max
            ? number
            : throw new BenchException($"{name} must be {min}–{max}, and \"{text}\" is not.");
}

/// <summary>The benchmark cannot go on, or would say something untrue; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
