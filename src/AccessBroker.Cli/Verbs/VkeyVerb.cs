using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// <c>audit vkey</c>: the log's verifier keys. With a key that one trusts already, the newest one that this key vouches for, directly or
/// by those between: each statement is verified here, so the server is only asked for them and not believed.
/// </summary>
internal static class VkeyVerb
{
    private const int MostRotations = 1000;

    public static Command Build(CliContext context)
    {
        var trusted = new Option<string?>("--trusted") { Description = "A key of this log that you have; prints the one that follows it, if it vouches for it", HelpName = "FILE|VKEY" };
        var file = new Option<FileInfo?>("--out") { Description = "Write it to a file", HelpName = "FILE" };
        var command = new Command("vkey", "The log's verifier key; get it once, from somebody you trust, and keep it") { trusted, file };
        command.SetAction(async (parsed, cancel) =>
        {
            var server = context.ServerOf(parsed, context.OpenProfile(parsed).Read());
            using var http = HttpClients.Create(TimeSpan.FromSeconds(30));
            var text = parsed.GetValue(trusted) is { } old
                ? $"{await FollowAsync(context.Host, http, server, KeyArgument.Read(old, "--trusted")[0], cancel)}\n"
                : await GetAsync(http, new Uri(server, "/log/vkey"), cancel) ?? throw Missing(server);
            if (parsed.GetValue(file) is { } to) await File.WriteAllTextAsync(to.FullName, text, cancel);
            else context.Host.Out.Write(text);
        });
        return command;
    }

    private static async Task<VerifierKey> FollowAsync(CliHost host, HttpClient http, Uri server, VerifierKey trusted, CancellationToken cancel)
    {
        var current = trusted;
        for (var step = 0; step < MostRotations; step++)
        {
            var id = current.KeyId.ToString("x8", CultureInfo.InvariantCulture);
            if (await GetAsync(http, new Uri(server, $"/log/successor/{id}"), cancel) is not { } statement)
                return await RequireServedAsync(http, server, current, cancel);
            if (!KeySuccession.TryVerify(statement, current, out var succession, out var error))
                throw new CliException(ExitCode.VerificationFailed, "not-vouched-for", $"The server's statement about the key after {current.Name}+{id} does not hold: {error}", "Ask the vendor for the new key in person, and tell your auditor.");
            host.Talk(string.Create(CultureInfo.InvariantCulture, $"{current.Name}+{id} vouches for {succession.New.Name}+{succession.New.KeyId:x8}; both sign until {succession.Until:u}."));
            current = succession.New;
        }
        throw new CliException(ExitCode.VerificationFailed, "not-vouched-for", $"The keys after {trusted.Name}+{trusted.KeyId:x8} come to no end.", "Ask the vendor for the new key in person.");
    }

    /// <summary>A key that nothing follows must be one that signs now; else it is another log's, or the vendor hides what followed.</summary>
    private static async Task<VerifierKey> RequireServedAsync(HttpClient http, Uri server, VerifierKey key, CancellationToken cancel) =>
        (await GetAsync(http, new Uri(server, "/log/vkey"), cancel) ?? "").Split('\n').Contains(key.ToString())
            ? key
            : throw new CliException(ExitCode.VerificationFailed, "not-vouched-for",
                $"The server's log does not sign with {key.Name}+{key.KeyId:x8}, and shows no statement by which it handed over.", "Check that this is the log's own server; then ask the vendor for the new key in person.");

    /// <returns>Null for 404.</returns>
    private static async Task<string?> GetAsync(HttpClient http, Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await Network.SendAsync(http, request, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        return response.IsSuccessStatusCode ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancel)) : throw await Problems.ReadAsync(response, cancel);
    }

    private static CliException Missing(Uri server) => new(ExitCode.Failure, "no-log", $"{server} serves no log.", "Give the portal's address with --server.");
}
