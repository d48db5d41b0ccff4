using System.CommandLine;
using System.Text.Json.Serialization;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <param name="Result">ok, warning or failed.</param>
internal sealed record Finding(string Check, string Result, string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Finding))]
internal sealed partial class FindingJson : JsonSerializerContext;

/// <summary><c>doctor</c>: looks at everything between this machine and the broker, and says what is wrong.</summary>
internal static class DoctorVerb
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(30);

    private static readonly Shape<Finding> Shape = new("accessbroker/finding/v1", FindingJson.Default.Finding,
        [new("check", f => f.Check), new("result", f => f.Result), new("detail", f => f.Detail)]);

    public static Command Build(CliContext context)
    {
        var format = CliContext.FormatOption();
        var doctor = new Command("doctor", "Find out why something does not work") { format };
        doctor.SetAction(async (parsed, cancel) =>
        {
            var findings = new List<Finding>();
            await LookAsync(context, parsed, findings, cancel);
            context.Printer(parsed, format).Many(findings, null, Shape, "");
            return findings.Exists(f => f.Result == "failed") ? ExitCode.Failure : ExitCode.Ok;
        });
        return doctor;
    }

    private static async Task LookAsync(CliContext context, ParseResult parsed, List<Finding> findings, CancellationToken cancel)
    {
        using var http = HttpClients.Create(TimeSpan.FromSeconds(10));
        Uri? server = null;
        ServerInfo? info = null;
        await CheckAsync(findings, "server", async () =>
        {
            server = context.ServerOf(parsed, context.OpenProfile(parsed).Read());
            info = await Discovery.OfServerAsync(http, server, cancel);
            return $"{server.GetLeftPart(UriPartial.Authority)} answers, version {info.Version}{(info.Demo ? ", demo mode" : "")}";
        });
        if (server is null || info is null) return;
        await CheckAsync(findings, "ready", () => ReadyAsync(http, server, cancel));
        await CheckAsync(findings, "clock", () => ClockAsync(context, http, server, findings, cancel));
        await CheckAsync(findings, "issuer", async () => $"{(await Discovery.OfIssuerAsync(http, info.Issuer, cancel)).Issuer} signs people in");
        await CheckAsync(findings, "log", async () => $"verifier key {(await GetTextAsync(http, new Uri(server, "/log/vkey"), cancel)).Trim()}");
        await CheckAsync(findings, "profile", () => Task.FromResult(PermissionsOf(context.OpenProfile(parsed))));
        await CheckAsync(findings, "sign-in", async () =>
        {
            using var api = context.Connect(parsed).Api;
            var me = await api.GetAsync("me", ContractsJson.Default.Me, cancel);
            return $"{me.Name} ({me.Organisation}): {string.Join(", ", me.Roles)}";
        });
    }

    private static async Task CheckAsync(List<Finding> findings, string check, Func<Task<string?>> look)
    {
        try
        {
            if (await look() is { } detail) findings.Add(new Finding(check, "ok", detail));
        }
        catch (CliException wrong)
        {
            findings.Add(new Finding(check, "failed", $"{wrong.Message} {wrong.Next}"));
        }
    }

    private static async Task<string?> ReadyAsync(HttpClient http, Uri server, CancellationToken cancel)
    {
        await GetTextAsync(http, new Uri(server, "/healthz/ready"), cancel);
        return "the log can be written";
    }

    // Tokens are valid by the server's clock; a machine far off renews them at the wrong time.
    private static async Task<string?> ClockAsync(CliContext context, HttpClient http, Uri server, List<Finding> findings, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/.well-known/accessbroker"));
        using var response = await Network.SendAsync(http, request, cancel);
        if (response.Headers.Date is not { } date) return null;
        var skew = context.Host.Time.GetUtcNow() - date;
        if (skew.Duration() < LargestSkew) return "agrees with the server's";
        findings.Add(new Finding("clock", "warning", $"differs from the server's by {skew.TotalSeconds:0} s; set it by NTP"));
        return null;
    }

    private static string? PermissionsOf(ProfileStore store)
    {
        if (!File.Exists(store.Path)) return $"\"{store.Name}\" is not signed in yet";
        if (OperatingSystem.IsWindows()) return store.Path;
        var others = File.GetUnixFileMode(store.Path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return others == 0
            ? store.Path
            : throw new CliException(ExitCode.Failure, "profile-open", $"{store.Path} can be read by others.", $"chmod 600 {store.Path}");
    }

    private static async Task<string> GetTextAsync(HttpClient http, Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await Network.SendAsync(http, request, cancel);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancel) : throw await Problems.ReadAsync(response, cancel);
    }
}
