using AccessBroker.Issuer;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// Everything that must be true of the configuration. All broken rules are told at once, so that nobody mends them one start at a
/// time, and before anything is opened: a start that is refused leaves no trace in the database.
/// </summary>
internal static class StartRules
{
    private static readonly Func<IConfiguration, IEnumerable<string>>[] Rules =
        [ServerRules.Broken, Rooms.Broken, StoreRules.Broken, IdentityRules.Broken, Telemetry.Broken];

    /// <exception cref="OptionsValidationException">Its failures are sentences.</exception>
    public static void Require(IConfiguration configuration)
    {
        List<string> broken = [.. Rules.SelectMany(rule => Ask(rule, configuration)).Distinct()];
        broken.AddRange(RoomRules.Broken(configuration).Where(sentence => !IsTold(sentence, broken)).ToList());
        if (broken.Count > 0) throw new OptionsValidationException("start", typeof(ServerOptions), broken);
    }

    private static List<string> Ask(Func<IConfiguration, IEnumerable<string>> rule, IConfiguration configuration)
    {
        try
        {
            return [.. rule(configuration)];
        }
        catch (InvalidOperationException notOfItsType) // the binder names the key and the value
        {
            return [notOfItsType.Message];
        }
    }

    /// <summary>A setting that a rule above spoke of already: a room's own sentence about it, or the binder's, would say it twice.</summary>
    private static bool IsTold(string sentence, List<string> told) => told.Select(t => t.Split(' ', 2)[0]).Where(word => word.Contains(':', StringComparison.Ordinal))
        .Any(key => sentence.StartsWith(key + ' ', StringComparison.Ordinal) || sentence.Contains($"'{key}'", StringComparison.Ordinal));
}
