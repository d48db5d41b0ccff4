using System.Globalization;
using AccessBroker.Contracts;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Pages.Engineers;

/// <summary>The fields of the form that asks for access, as typed: kept whatever is wrong with them.</summary>
public sealed record AskForm(
    string Tenant, string Target, IReadOnlyList<string> Operations, string Minutes, string ReasonCode, string Reason, string Ticket)
{
    public const int DefaultMinutes = 30;

    /// <summary>A new form, filled in from the address: <c>/e/new?ticket=48213&amp;tenant=acme&amp;target=helpdesk</c>.</summary>
    public static AskForm From(IQueryCollection query) => new(
        query["tenant"].ToString(), query["target"].ToString(), [.. query["operations"].OfType<string>()],
        query["minutes"] is [{ Length: > 0 } minutes, ..] ? minutes : DefaultMinutes.ToString(CultureInfo.InvariantCulture),
        query["code"] is [{ Length: > 0 } code, ..] ? code : "customer-support", query["reason"].ToString(), query["ticket"].ToString());

    public static AskForm From(IFormCollection form) => new(
        form["tenant"].ToString(), form["target"].ToString(), [.. form["operations"].OfType<string>()], form["minutes"].ToString(),
        form["code"].ToString(), form["reason"].ToString(), form["ticket"].ToString());

    /// <summary>
    /// What the API would be sent. Boxes are named <c>target/operation</c>, because the page shows every target's operations
    /// and works without scripts: those of other targets than the chosen one are left out.
    /// </summary>
    public CreateRequest ToRequest() => new(
        Tenant, Target, [.. Operations.Where(o => o.StartsWith(Target + "/", StringComparison.Ordinal)).Select(o => o[(Target.Length + 1)..])],
        int.TryParse(Minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0,
        ReasonCode, Reason, Ticket.Trim() is { Length: > 0 } ticket ? ticket : null);
}
