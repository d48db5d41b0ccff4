using System.Text.Json.Serialization.Metadata;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Api;

/// <summary>Outcome of a use case → HTTP.</summary>
internal static class ApiResults
{
    /// <summary>The value as JSON, or the refusal as a problem.</summary>
    public static IResult ToHttp<T>(this Outcome<T> outcome, HttpContext http, int success = StatusCodes.Status200OK) where T : class =>
        outcome.Refusal is { } refusal
            ? ApiProblems.Result(http, refusal)
            : TypedResults.Json(outcome.Value, (JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!, statusCode: success);

    public static IResult Ok<T>(T value) where T : class =>
        TypedResults.Json(value, (JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!);

    /// <summary>What the OpenAPI document says of an endpoint: its answer and the problems that it can give.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, string summary, params int[] problems)
    {
        endpoint.WithSummary(summary).Produces<T>(StatusCodes.Status200OK, "application/json").Problems(problems);
        return endpoint;
    }

    /// <summary>The problems that an endpoint can give, beside those of everybody who is not signed in or not known.</summary>
    public static void Problems(this RouteHandlerBuilder endpoint, params int[] problems)
    {
        foreach (var status in problems.Concat([401, 403]).Distinct())
            endpoint.Produces<Problem>(status, ApiProblems.ContentType);
    }
}
