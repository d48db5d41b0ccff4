using Helpdesk.Data;

namespace Helpdesk;

/// <summary>Answers 404 for an organisation that the helpdesk does not serve, before any endpoint looks for its data.</summary>
internal sealed class KnownOrganisationFilter(Database database) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var org = (string)context.HttpContext.GetRouteValue("org")!;
        return database.OrganisationName(org) is null
            ? ValueTask.FromResult<object?>(Problems.NotFound($"There is no organisation '{org}'."))
            : next(context);
    }
}
