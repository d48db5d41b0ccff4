using AccessBroker.Contracts;
using AccessBroker.Grants;

namespace AccessBroker.Web.Pages.Customers;

/// <summary>The text of a choice for the script that shows it.</summary>
/// <param name="Text">Null where that cannot be approved; then <paramref name="Problem"/> says why.</param>
internal sealed record ConsentPart(string? Text, string? Shown, string? Problem)
{
    public static ConsentPart Of(Outcome<ConsentView> preview) =>
        preview.Value is { } consent ? new(consent.Text, consent.Shown, null) : new(null, null, preview.Refusal!.Detail);
}
