using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>Configuration section <c>Requests</c>: what may be asked, and how long it waits for an answer.</summary>
public sealed class LifecycleOptions
{
    /// <summary>Shortest and longest access, in minutes.</summary>
    public const int MinMinutes = 1, MaxMinutes = 480;

    public const int MinReason = 10, MaxReason = 2000;

    /// <summary>What a ticket looks like. Default: letters, digits and <c>._/#-</c>, at most 100 characters.</summary>
    public string TicketPattern { get; set; } = "^[A-Za-z0-9][A-Za-z0-9._/#-]{0,99}$";

    /// <summary>A pending request expires after this. Default 12 h, at most 4 d.</summary>
    public TimeSpan PendingFor { get; set; } = TimeSpan.FromHours(12);

    /// <summary>After a denial the same engineer cannot ask the same customer for the same target again for this long. Default 30 min.</summary>
    public TimeSpan AfterDenial { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Requests that may wait for one customer. Default 5.</summary>
    public int PendingPerCustomer { get; set; } = 5;

    /// <summary>The whole ticket matches; a pattern that takes longer than this on 100 characters refuses.</summary>
    internal bool IsTicket(string ticket)
    {
        try
        {
            var match = Regex.Match(ticket, TicketPattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            return match.Success && match.Length == ticket.Length;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}

internal sealed class LifecycleValidation : IValidateOptions<LifecycleOptions>
{
    public ValidateOptionsResult Validate(string? name, LifecycleOptions options)
    {
        var errors = new List<string>();
        try
        {
            options.IsTicket("48213");
        }
        catch (ArgumentException e)
        {
            errors.Add($"Requests:TicketPattern is not a regular expression: {e.Message}");
        }
        if (options.PendingFor < TimeSpan.FromMinutes(1) || options.PendingFor > TimeSpan.FromDays(4))
            errors.Add($"Requests:PendingFor is {options.PendingFor}; it must be from one minute to four days.");
        if (options.AfterDenial < TimeSpan.Zero || options.AfterDenial > TimeSpan.FromDays(30))
            errors.Add($"Requests:AfterDenial is {options.AfterDenial}; it must be from nothing to 30 days.");
        if (options.PendingPerCustomer is < 1 or > 100)
            errors.Add($"Requests:PendingPerCustomer is {options.PendingPerCustomer}; it must be 1–100.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
