using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>Checks the section <c>Log</c> at start: all errors at once, in sentences.</summary>
internal sealed class AuditValidation : IValidateOptions<AuditOptions>
{
    private const int MaxOrigin = 200, MaxQueue = 1_000_000, MaxNode = 9_999;
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var errors = new List<string>();
        if (!IsKeyName(options.Origin))
            errors.Add($"Log:Origin is \"{options.Origin}\"; it must be a name such as access.example.com/log: 1–{MaxOrigin} visible ASCII characters without a plus sign.");
        if (options.AppendLimit < TimeSpan.FromMilliseconds(100) || options.AppendLimit > AuditOptions.LongestAppend)
            errors.Add($"Log:AppendLimit is {options.AppendLimit}; it must be from 100 ms to 2 s, because nobody may be kept waiting longer for the log.");
        if (options.QueueLength is < 1 or > MaxQueue)
            errors.Add($"Log:QueueLength is {options.QueueLength}; it must be 1–{MaxQueue}.");
        if (options.CheckpointInterval < TimeSpan.FromSeconds(1) || options.CheckpointInterval > TimeSpan.FromHours(1))
            errors.Add($"Log:CheckpointInterval is {options.CheckpointInterval}; it must be from one second to one hour.");
        if (options.IdleCheckpointInterval < options.CheckpointInterval || options.IdleCheckpointInterval > TimeSpan.FromDays(1))
            errors.Add($"Log:IdleCheckpointInterval is {options.IdleCheckpointInterval}; it must be from Log:CheckpointInterval to one day.");
        if (options.Node is < 1 or > MaxNode)
            errors.Add($"Log:Node is {options.Node}; it must be 1–{MaxNode}, or left out.");
        if (options.Retention < ShortestRetention)
            errors.Add($"Log:Retention is {options.Retention}; it must be at least one day, or left out to keep bodies for ever.");
        foreach (var (tenant, retention) in options.RetentionOf.Where(r => r.Value < ShortestRetention))
            errors.Add($"Log:RetentionOf:{tenant} is {retention}; it must be at least one day.");
        errors.AddRange(ConfiguredWitness.Broken(options));
        errors.AddRange(ConfiguredStream.Broken(options));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>C2SP signed-note: a key's name has no white space and no plus sign. Kept to ASCII, so that it looks the same wherever it is typed.</summary>
    internal static bool IsKeyName(string name) => name.Length is > 0 and <= MaxOrigin && name.All(c => c is > ' ' and <= '~' and not '+');
}
