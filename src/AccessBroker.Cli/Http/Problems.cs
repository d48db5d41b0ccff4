using System.Net;
using System.Text.Json;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>Turns a refusal (RFC 9457) into an exit code that says what kind it was.</summary>
internal static class Problems
{
    public const string TypePrefix = "urn:accessbroker:problem:";

    public static async Task<CliException> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var problem = await TryReadAsync(response, cancel);
        return problem is null ? Bare(response) : From(problem);
    }

    /// <returns>Null where the body is no problem document of the broker's.</returns>
    public static async Task<Problem?> TryReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json") return null;
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(cancel), ContractsJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static CliException From(Problem problem)
    {
        var code = problem.Type is { } type && type.StartsWith(TypePrefix, StringComparison.Ordinal)
            ? type[TypePrefix.Length..]
            : $"http-{problem.Status}";
        var fields = problem.Errors is null ? "" : string.Concat(problem.Errors.SelectMany(e => e.Value.Select(m => $"\n  {e.Key}: {m}")));
        var message = (problem.Detail is { Length: > 0 } detail ? detail : problem.Title) + fields;
        return new CliException(ExitCodeOf(code, problem.Status), code, message, problem.Next, problem.RequestId);
    }

    public static int ExitCodeOf(string code, int status) => code switch
    {
        "no-token" or "token-invalid" or "token-expired" or "sign-in-needed" => ExitCode.NeedsSignIn,
        "grant-expired" or "grant-revoked" or "grant-cancelled" or "grant-ended" or "session-ended" or "request-expired" => ExitCode.Ended,
        "operation-not-granted" or "other-tenant" or "unmapped-route" or "query-not-declared" or "ambiguous-path" or "ambiguous-request"
            or "token-for-other-target" or "scope-mismatch" or "catalogue-changed" or "unsupported" => ExitCode.BlockedByScope,
        _ => status switch
        {
            401 => ExitCode.NeedsSignIn,
            403 => ExitCode.Denied,
            _ => ExitCode.Failure,
        },
    };

    private static CliException Bare(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized => NeedsSignIn(),
        var status => new CliException(
            ExitCodeOf("", (int)status), $"http-{(int)status}",
            $"The server answered {(int)status} {response.ReasonPhrase} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}.",
            "Run accessbroker doctor."),
    };

    public static CliException NeedsSignIn() =>
        new(ExitCode.NeedsSignIn, "sign-in-needed", "You are not signed in.", "Run accessbroker login.");
}
