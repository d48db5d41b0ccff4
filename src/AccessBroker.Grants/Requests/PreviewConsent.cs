using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>What approving this much would grant, word for word. Nothing is stored.</summary>
public sealed class PreviewConsent
{
    private readonly ReviewRules _rules;
    private readonly RequestViews _views;
    private readonly ConsentDrafting _drafting;
    private readonly BrokerDbContext _context;

    internal PreviewConsent(ReviewRules rules, RequestViews views, ConsentDrafting drafting, BrokerDbContext context) =>
        (_rules, _views, _drafting, _context) = (rules, views, drafting, context);

    /// <param name="minutes">Null: as asked.</param>
    /// <param name="operations">Null: as asked.</param>
    /// <returns>The text and its hash; refused as <see cref="ApproveAccess"/> would be, but for what only the log can tell.</returns>
    public async Task<Outcome<ConsentView>> RunAsync(Actor actor, Guid id, int? minutes, IReadOnlyList<string>? operations, CancellationToken cancellationToken)
    {
        var request = await _context.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (await _rules.CheckAsync(_context, actor, request, request?.Version ?? 0, cancellationToken) is { } refusal)
            return refusal;
        var asked = await _views.OneAsync(_context, request!, cancellationToken);
        var terms = _drafting.Draft(request!, asked, minutes, operations);
        return terms.Succeeded ? terms.Value.ToView(request!.Version) : terms.Refusal;
    }
}
