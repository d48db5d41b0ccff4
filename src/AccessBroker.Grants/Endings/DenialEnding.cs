using AccessBroker.Access;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>A request that an approver refused.</summary>
/// <param name="Shown">The text that they had before them.</param>
internal sealed record DenialEnding(Guid RequestId, Actor By, string? Reason, string Shown, DateTimeOffset At, TimeProvider Time) : IEnding
{
    public Guid About => RequestId;

    public RecordedChange.Change<EndingRecord> Write => async (context, append, cancellationToken) =>
    {
        var request = await context.Requests.SingleAsync(r => r.Id == RequestId, cancellationToken);
        if (request.State != RequestState.Pending)
            return new EndingRecord(null);
        ShowOn(request);
        request.Version++;
        var review = new Review
        {
            Id = Time.NewId(), RequestId = RequestId, Tenant = request.Tenant, ReviewerId = By.PersonId, Answer = ReviewAnswer.Deny, Reason = Reason,
            ScopeHash = request.ScopeHash, At = At, EntryId = Time.NewId(), EntryIndex = -1,
        };
        context.Reviews.Add(review);
        review.EntryIndex = (await append(RequestEntries.Denied(By, request, review, Shown)))[0].Index;
        return new EndingRecord(review.EntryIndex);
    };

    /// <summary>Shows the denial on a row that does not have it yet.</summary>
    public void ShowOn(AccessRequest request)
    {
        if (request.State == RequestState.Pending)
            (request.State, request.DecidedAt, request.DecidedBy) = (RequestState.Denied, At, By.PersonId);
    }
}
