using System.Linq.Expressions;
using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>Whose requests and grants a person may see: their own, and those of customers that they may audit.</summary>
internal sealed class Visibility(Actor actor)
{
    private readonly bool _all = actor.Is(Role.VendorAuditor);
    private readonly List<string> _tenants = [.. actor.Roles.Select(r => r.Tenant).OfType<string>().Distinct().Where(actor.MayAudit)];
    private readonly Guid _me = actor.PersonId;

    public Expression<Func<AccessRequest, bool>> Requests => r => _all || r.RequesterId == _me || _tenants.Contains(r.Tenant);

    public Expression<Func<Grant, bool>> Grants => g => _all || g.HolderId == _me || _tenants.Contains(g.Tenant);

    public Expression<Func<Session, bool>> Sessions => s => _all || s.PersonId == _me || _tenants.Contains(s.Tenant);
}
