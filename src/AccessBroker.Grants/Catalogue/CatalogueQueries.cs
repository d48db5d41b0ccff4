using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>What can be asked for.</summary>
public sealed class CatalogueQueries
{
    private readonly ICatalogue _catalogue;
    private readonly TenantList _tenants;
    private readonly ILogKeys _keys;

    internal CatalogueQueries(ICatalogue catalogue, TenantList tenants, ILogKeys keys) =>
        (_catalogue, _tenants, _keys) = (catalogue, tenants, keys);

    /// <summary>The vendor's staff see all customers; a customer's people only their own. Paths are templates: no customer is chosen yet.</summary>
    public CatalogueView For(Actor actor)
    {
        var staff = actor.Roles.Any(r => r.Tenant is null);
        var tenants = _tenants.All.Where(t => staff || actor.Roles.Any(r => r.Tenant == t.Id));
        return new CatalogueView(
            [.. tenants.Select(t => new TenantView(t.Id, t.Name, Convert.ToBase64String(_keys.TrailOf(t.Id).ToArray())))],
            actor.Roles.Count == 0 ? [] : [.. _catalogue.Current.Targets.Select(View)]);
    }

    private static TargetView View(TargetDefinition target) => new(
        target.Name, target.Title, target.SharedCredential, [.. target.Operations.Select(o => ScopeViews.Operation(o, tenant: null))]);
}
