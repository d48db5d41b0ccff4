using AccessBroker.Access;
using AccessBroker.Contracts;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>What the customer would see. Nothing is stored.</summary>
public sealed class PreviewRequest
{
    private readonly RequestRules _rules;
    private readonly RequestViews _views;
    private readonly LifecycleOptions _options;
    private readonly TimeProvider _time;

    internal PreviewRequest(RequestRules rules, RequestViews views, IOptions<LifecycleOptions> options, TimeProvider time) =>
        (_rules, _views, _options, _time) = (rules, views, options.Value, time);

    /// <returns>A view that no request stands behind: empty id, entry index -1. 403 and 422 as <see cref="AskForAccess"/>.</returns>
    public Task<Outcome<RequestView>> RunAsync(Actor actor, CreateRequest ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var askable = _rules.Check(actor, ask);
        if (!askable.Succeeded)
            return Task.FromResult<Outcome<RequestView>>(askable.Refusal);
        var request = AskForAccess.NewRequest(actor, ask, askable.Value, _options, _time);
        request.Id = Guid.Empty;
        return Task.FromResult<Outcome<RequestView>>(_views.Preview(request, new PersonView(actor.PersonId, actor.Name, actor.Organisation)));
    }
}
