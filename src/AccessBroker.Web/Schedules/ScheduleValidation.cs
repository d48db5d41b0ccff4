using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Schedules;

/// <summary>Checks <c>Log:Schedules</c> at start: all errors at once, in sentences.</summary>
internal sealed class ScheduleValidation : IValidateOptions<SchedulesOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulesOptions options)
    {
        var errors = ConfiguredSchedule.Broken(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
