using AccessBroker.Access;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>Checks customers and assignments at start: all errors at once, in sentences.</summary>
internal sealed class IdentityValidation(TenantList tenants) : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var errors = TenantErrors().Concat(options.Assignments.SelectMany(AssignmentErrors)).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> TenantErrors()
    {
        for (var i = 0; i < tenants.All.Count; i++)
        {
            var tenant = tenants.All[i];
            if (!Names.IsId(tenant.Id))
                yield return $"Tenants:{i}:Id is \"{tenant.Id}\"; a customer's id has 2–30 characters a-z, 0-9 and single hyphens and begins with a letter.";
            else if (tenants.All.Take(i).Any(t => t.Id == tenant.Id))
                yield return $"Tenants:{i}:Id repeats \"{tenant.Id}\"; each customer stands once.";
            if (PeopleText.Fault(tenant.Name, $"Tenants:{i}:Name", 1, 200, lines: false) is { } fault)
                yield return fault;
        }
    }

    private IEnumerable<string> AssignmentErrors(AssignmentOptions assignment, int i)
    {
        var at = $"Identity:Assignments:{i}";
        if (assignment.Provider.Length is 0 or > PeopleRegister.MaxLength)
            yield return $"{at}:Provider must be the OIDC issuer, at most {PeopleRegister.MaxLength} characters.";
        if (assignment.Subject.Length is 0 or > PeopleRegister.MaxLength)
            yield return $"{at}:Subject must be the person's subject at the issuer, at most {PeopleRegister.MaxLength} characters.";
        if (!Roles.TryParse(assignment.Role, out var role))
            yield return $"{at}:Role is \"{assignment.Role}\"; it must be one of {string.Join(", ", Enum.GetNames<Role>())}.";
        else if (Roles.OfCustomer(role) && assignment.Tenant is null)
            yield return $"{at}:Tenant is missing; {role} is a role at one customer.";
        else if (!Roles.OfCustomer(role) && assignment.Tenant is not null)
            yield return $"{at}:Tenant is \"{assignment.Tenant}\"; {role} is a role at the vendor and names no customer.";
        if (assignment.Tenant is { } tenant && tenants.Find(tenant) is null)
            yield return $"{at}:Tenant is \"{tenant}\", which is not one of Tenants.";
    }
}

internal static class Roles
{
    public static bool TryParse(string name, out Role role) => Enum.TryParse(name, ignoreCase: false, out role) && Enum.IsDefined(role) && !char.IsDigit(name[0]);

    public static bool OfCustomer(Role role) => role >= Role.Approver;
}
