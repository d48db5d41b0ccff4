using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Evidence;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>What can be asked for, without looking at what others asked. Lists everything that is wrong at once.</summary>
internal sealed class RequestRules(ICatalogue catalogue, TenantList tenants, IOptions<LifecycleOptions> options)
{
    /// <summary>A request that can be asked.</summary>
    public sealed record Askable(TenantOptions Tenant, TargetDefinition Target, ResolvedScope Scope, string ScopeJson, string Reason, string? Ticket);

    public Outcome<Askable> Check(Actor actor, CreateRequest ask)
    {
        if (!actor.Is(Role.Engineer))
            return new Refusal(403, "not-an-engineer", "Only engineers ask for access",
                "You do not hold the role of an engineer.", "Ask an administrator for the role, or an engineer to ask.");
        if (ask.Mask is { Count: > 0 })
            return new Refusal(422, "mask-not-enforced", "Masks cannot be promised yet",
                "This gateway does not remove fields from responses yet, so a request with a mask would promise what is not kept.", "Ask without a mask.");
        if (ask.Limits is not null)
            return new Refusal(422, "limits-not-enforced", "Limits cannot be promised yet",
                "This gateway does not count requests or bytes yet, so a request with limits would promise what is not kept.", "Ask without limits.");

        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var tenant = tenants.Find(ask.Tenant ?? "");
        if (tenant is null)
            errors["tenant"] = ["There is no such customer; /api/v1/catalogue lists them."];
        var target = catalogue.Current.Find(ask.Target ?? "");
        if (target is null)
            errors["target"] = ["There is no such target; /api/v1/catalogue lists them."];
        else if (OperationsFault(ask.Operations, target) is { } operations)
            errors["operations"] = operations;
        if (ask.Minutes is < LifecycleOptions.MinMinutes or > LifecycleOptions.MaxMinutes)
            errors["minutes"] = [$"The time must be {LifecycleOptions.MinMinutes}–{LifecycleOptions.MaxMinutes} minutes."];
        if (!ReasonCodes.All.Contains(ask.ReasonCode))
            errors["reasonCode"] = [$"The reason code must be one of {string.Join(", ", ReasonCodes.All)}."];
        var reason = PeopleText.Tidy(ask.Reason);
        if (PeopleText.Fault(reason, "The reason", LifecycleOptions.MinReason, LifecycleOptions.MaxReason) is { } fault)
            errors["reason"] = [fault];
        var ticket = PeopleText.Tidy(ask.Ticket) is { Length: > 0 } given ? given : null;
        if (ticket is not null && (ticket.Length > 100 || !options.Value.IsTicket(ticket)))
            errors["ticket"] = ["The ticket does not look like one: letters, digits and ._/#- only."];
        if (errors.Count > 0)
            return Refusals.Invalid(errors);

        var scope = Scopes.Resolve(tenant!.Id, target!, ask.Operations);
        try
        {
            return new Askable(tenant, target!, scope, Scopes.Canonical(scope), reason, ticket);
        }
        catch (BodyTooLargeException)
        {
            return TooLarge;
        }
    }

    /// <summary>An entry holds the whole scope, and an entry has 64 KiB at most.</summary>
    public static Refusal TooLarge { get; } = new(422, "scope-too-large", "That is too much for one request",
        "The definitions of these operations do not fit into one log entry.", "Ask for fewer operations at a time.");

    private static string[]? OperationsFault(IReadOnlyList<string>? names, TargetDefinition target)
    {
        if (names is not { Count: > 0 })
            return ["Name at least one operation; empty means nothing."];
        var unknown = names.Where(n => target.Operations.All(o => o.Name != n)).Distinct()
            .Select(n => $"{target.Name} has no operation {Quote(n)}; it has {string.Join(", ", target.Operations.Select(o => o.Name))}.").ToArray();
        if (unknown.Length > 0)
            return unknown;
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count ? null : ["Name each operation once."];
    }

    private static string Quote(string? name) => Names.IsOperation(name) ? $"\"{name}\"" : "of that name";
}
