using System.Globalization;

namespace AccessBroker.Crash.Tests;

/// <summary>How much is killed, and when: from the environment, so that <c>ops/crash.sh</c> and CI run the same code.</summary>
internal static class CrashSettings
{
    /// <summary>ACCESSBROKER_CRASH_KILLS, for each provider. A handful where nobody asks for more.</summary>
    public static int Kills { get; } = Number("ACCESSBROKER_CRASH_KILLS") ?? 5;

    /// <summary>ACCESSBROKER_CRASH_SEED: the moments at which processes die. What the machine makes of them differs from run to run.</summary>
    public static int Seed { get; } = Number("ACCESSBROKER_CRASH_SEED") ?? Random.Shared.Next();

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : null;
}
