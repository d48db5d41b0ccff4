using Microsoft.AspNetCore.Http.HttpResults;

namespace Helpdesk;

/// <summary>Every error answer: RFC 9457 problem details whose <c>type</c> is stable and whose detail says what to do.</summary>
internal static class Problems
{
    public static void Configure(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
    {
        var problem = context.ProblemDetails;
        if (problem.Type?.StartsWith("urn:helpdesk:", StringComparison.Ordinal) == true)
            return;

        // Answers that the framework made by itself: no route, wrong method, a body that is not JSON.
        (problem.Type, problem.Detail) = context.HttpContext.Response.StatusCode switch
        {
            400 => ("urn:helpdesk:bad-request", "The request could not be read. Bodies are JSON objects, such as {\"text\":\"...\"}."),
            404 => ("urn:helpdesk:not-found", "Nothing stands at this address. Start at /orgs/{organisation}/tickets."),
            405 => ("urn:helpdesk:method-not-allowed", "The Allow header names the methods of this address."),
            415 => ("urn:helpdesk:media-type", "Send the body as application/json."),
            _ => ("urn:helpdesk:failed", "The helpdesk failed to answer. Try again."),
        };
    };

    public static ProblemHttpResult NotFound(string detail) =>
        TypedResults.Problem(detail, statusCode: 404, title: "Not found", type: "urn:helpdesk:not-found");

    public static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: 400, title: "Bad request", type: "urn:helpdesk:bad-request");
}
