using AccessBroker.Access;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>Works out what an answer would grant: never more than was asked, and only what the catalogue still means by it.</summary>
internal sealed class ConsentDrafting(ICatalogue catalogue, TenantList tenants)
{
    /// <param name="asked">The request as people see it.</param>
    /// <returns>The terms; 409 <c>catalogue-changed</c>; 422 <c>scope-widened</c>, <c>invalid</c>.</returns>
    public Outcome<ConsentTerms> Draft(AccessRequest request, RequestView asked, int? minutes, IReadOnlyList<string>? operations)
    {
        var whole = Scopes.Parse(request.Scope);
        if (Narrowing(request, whole, minutes, operations) is { } wrong)
            return wrong;
        var scope = operations is null ? whole : Scopes.Narrow(whole, operations);
        if (!IsCurrent(scope))
            return CatalogueChanged;
        var json = Scopes.Canonical(scope);
        var time = minutes ?? request.Minutes;
        return new ConsentTerms(scope, json, time, Text(asked, time, ScopeViews.Operations(scope), Scopes.Hash(json)));
    }

    /// <summary>The text of the request as it was asked: what somebody who denies it had before them.</summary>
    public string AsAsked(RequestView asked) => Text(asked, asked.Minutes, asked.Operations, asked.ScopeHash);

    private string Text(RequestView asked, int minutes, IReadOnlyList<OperationView> granted, string scopeHash) =>
        RequestWords.Consent(asked, tenants.Find(asked.Tenant)?.Name ?? asked.Tenant, minutes, granted, scopeHash);

    private static Refusal? Narrowing(AccessRequest request, ResolvedScope asked, int? minutes, IReadOnlyList<string>? operations)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var more = (operations ?? []).Where(o => asked.Operations.All(a => a.Name != o)).Distinct().ToList();
        if (more.Count > 0)
            errors["operations"] = [$"The request does not ask for {string.Join(", ", more.Select(m => Names.IsOperation(m) ? m : "that"))}."];
        if (minutes > request.Minutes)
            errors["minutes"] = [$"The request asks for {request.Minutes} minutes, not {minutes}."];
        if (errors.Count > 0)
            return new Refusal(422, "scope-widened", "Nobody grants more than was asked",
                string.Join(" ", errors.SelectMany(e => e.Value)), "Approve the same or less; the engineer can ask for more.", errors);
        if (operations is { Count: 0 })
            errors["operations"] = ["Leave at least one operation, or deny the request."];
        if (minutes < LifecycleOptions.MinMinutes)
            errors["minutes"] = ["Grant at least one minute, or deny the request."];
        return errors.Count > 0 ? Refusals.Invalid(errors) : null;
    }

    /// <summary>An operation that means something else by now would be denied at every use (<c>catalogue-changed</c>).</summary>
    private bool IsCurrent(ResolvedScope scope) =>
        catalogue.Current.Find(scope.Target) is { } target
        && scope.Operations.All(o => target.Operations.FirstOrDefault(t => t.Name == o.Name) is { } now && Scopes.SameDefinition(o, now));

    private static Refusal CatalogueChanged { get; } = new(409, "catalogue-changed", "The operations changed since this was asked",
        "An administrator changed what these operations mean after the request was made.", "Deny it; the engineer asks again and you see what it means now.");
}
