using AccessBroker.Contracts;
using AccessBroker.Grants;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>The words of <see cref="RequestCard"/> for the script that shows them while the form is filled in.</summary>
/// <param name="Heading">Null where the form cannot be sent yet; then <paramref name="Problem"/> says why.</param>
internal sealed record PreviewPart(
    string? Heading, string? Why, IReadOnlyList<string>? Will, IReadOnlyList<string>? WillNot, string? Problem)
{
    public static PreviewPart Of(Outcome<RequestView> preview) => preview.Value is { } request
        ? new(RequestWords.Heading(request), WhyOf(request), [.. request.Operations.Select(o => o.Sentence)],
            RequestWords.WillNot(request.Operations, request.WillNotBeAbleTo), null)
        : new(null, null, null, null, preview.Refusal!.Detail);

    public static string WhyOf(RequestView request) =>
        $"{RequestWords.ReasonCode(request.ReasonCode)}{RequestWords.Ticket(request.Ticket)}: {request.Reason}";
}
