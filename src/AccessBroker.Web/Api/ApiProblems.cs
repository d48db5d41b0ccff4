using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AccessBroker.Web.Api;

/// <summary>RFC 9457 problem details: every error of the API has a stable <c>type</c> and says what to do next.</summary>
internal static class ApiProblems
{
    public const string ContentType = "application/problem+json";

    public static Problem Of(Refusal refusal, string? requestId) =>
        new(refusal.Type, refusal.Title, refusal.Status, refusal.Detail, refusal.Next, requestId, refusal.Errors);

    public static JsonHttpResult<Problem> Result(HttpContext http, Refusal refusal) =>
        TypedResults.Json(Of(refusal, http.TraceIdentifier), ContractsJson.Default.Problem, ContentType, refusal.Status);

    public static Refusal NotFound { get; } = new(StatusCodes.Status404NotFound, "not-found", "Not found",
        "There is nothing at this address that you may see.", "Check the address, or start at the front page; the API is described at /openapi/v1.json.");

    public static Refusal BadField(string field, string what, string next) => new(StatusCodes.Status400BadRequest, "bad-request", "The request cannot be understood",
        $"{field}: {what}", next, new Dictionary<string, string[]> { [field] = [what] });
}
