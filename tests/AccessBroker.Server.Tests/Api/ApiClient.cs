using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using AccessBroker.Contracts;

namespace AccessBroker.Server.Tests.Api;

/// <summary>The JSON API as a program calls it.</summary>
internal static class ApiClient
{
    /// <summary>A request that can be approved: acme's tickets for 30 minutes.</summary>
    public static CreateRequest Ask(params string[] operations) => new(
        "acme", "helpdesk", operations.Length == 0 ? ["tickets.read", "tickets.stream"] : operations, 30, "customer-support",
        "Ticket 48213: orders show twice since Monday.", "48213");

    public static async Task<RequestView> AskAsync(this HttpClient client, CreateRequest? ask = null) =>
        await client.PostAsync("/api/v1/requests", ask ?? Ask(), ContractsJson.Default.CreateRequest, ContractsJson.Default.RequestView, HttpStatusCode.Created);

    public static Task<GrantView> ApproveAsync(this HttpClient client, RequestView request, int? minutes = null, string[]? operations = null) =>
        client.PostAsync($"/api/v1/requests/{request.Id}/approve", new ApproveRequest(request.Version, minutes, operations), ContractsJson.Default.ApproveRequest, ContractsJson.Default.GrantView);

    public static Task<SessionToken> StartAsync(this HttpClient client, GrantView grant) =>
        client.PostAsync<object, SessionToken>($"/api/v1/grants/{grant.Id}/sessions", null, null, ContractsJson.Default.SessionToken, HttpStatusCode.Created);

    public static async Task<TAnswer> PostAsync<TBody, TAnswer>(
        this HttpClient client, string address, TBody? body, JsonTypeInfo<TBody>? bodyType, JsonTypeInfo<TAnswer> answerType, HttpStatusCode expected = HttpStatusCode.OK)
        where TBody : class
    {
        using var content = body is null ? null : JsonContent.Create(body, bodyType!);
        using var response = await client.PostAsync(address, content);
        await ExpectAsync(response, expected);
        return (await response.Content.ReadFromJsonAsync(answerType))!;
    }

    public static async Task<T> GetAsync<T>(this HttpClient client, string address, JsonTypeInfo<T> type)
    {
        using var response = await client.GetAsync(address);
        await ExpectAsync(response, HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync(type))!;
    }

    /// <summary>Posts raw text and reads the problem that comes back.</summary>
    public static async Task<Problem> PostForProblemAsync(this HttpClient client, string address, string? json, HttpStatusCode expected, string contentType = "application/json")
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, contentType);
        using var response = await client.PostAsync(address, content);
        return await ProblemAsync(response, expected);
    }

    public static async Task<Problem> GetForProblemAsync(this HttpClient client, string address, HttpStatusCode expected)
    {
        using var response = await client.GetAsync(address);
        return await ProblemAsync(response, expected);
    }

    /// <summary>A problem document as RFC 9457 and our own contract want it.</summary>
    public static async Task<Problem> ProblemAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        await ExpectAsync(response, expected);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.Problem))!;
        Assert.StartsWith("urn:accessbroker:problem:", problem.Type, StringComparison.Ordinal);
        Assert.Equal((int)expected, problem.Status);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title));
        Assert.False(string.IsNullOrWhiteSpace(problem.Next), $"{problem.Type} does not say what to do next");
        return problem;
    }

    private static async Task ExpectAsync(HttpResponseMessage response, HttpStatusCode expected) =>
        Assert.True(response.StatusCode == expected, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}, not {(int)expected}: {await response.Content.ReadAsStringAsync()}");
}
