using AccessBroker.Contracts;
using AccessBroker.Web.Pages.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AccessBroker.Web.Pages.Customers;

/// <summary>What the approval form chose.</summary>
/// <param name="Shown">Hash of the text that stood above the button; empty where the form brought none, which no text has.</param>
internal sealed record ApprovalForm(int Version, int Minutes, IReadOnlyList<string> Operations, string Shown)
{
    /// <param name="values">The posted form, or the same fields in an address.</param>
    /// <param name="asked">The request that is answered.</param>
    public static ApprovalForm Read(IEnumerable<KeyValuePair<string, StringValues>> values, RequestView asked)
    {
        var form = new FormCollection(values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal));
        var readOnly = form.Text("readonly") is not null;
        var ticked = form.All("operations");
        var chosen = asked.Operations.Where(o => ticked.Contains(o.Name) && !(readOnly && o.Writes)).Select(o => o.Name);
        // A name that was not asked for is passed on, so that the use case refuses the widening instead of the page hiding it.
        var foreign = ticked.Where(name => asked.Operations.All(o => o.Name != name));
        return new ApprovalForm(form.Number("version"), form.Number("minutes"), [.. chosen, .. foreign], form.Text("shown") ?? "");
    }

    public ApproveRequest ToAnswer() => new(Version, Minutes, Operations, Shown);
}
