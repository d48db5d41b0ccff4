using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Web.Trails;

/// <summary>Which customers' trails a person may read.</summary>
internal sealed class ReadableTrails(BrokerDbContext context, ILogKeys keys)
{
    /// <summary>Customers by name; the deployment's own trail is last, for the vendor's auditors.</summary>
    public async Task<IReadOnlyList<TenantView>> OfAsync(Actor actor, CancellationToken cancellationToken)
    {
        var tenants = await context.Tenants.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancellationToken);
        var readable = tenants.Where(t => actor.MayAudit(t.Id)).Select(t => new TenantView(t.Id, t.Name, Trail(t.Id))).ToList();
        if (actor.MayAudit(Names.System))
            readable.Add(new TenantView(Names.System, "The broker itself", Trail(Names.System)));
        return readable;
    }

    private string Trail(string tenant) => Convert.ToBase64String(keys.TrailOf(tenant).ToArray());
}
