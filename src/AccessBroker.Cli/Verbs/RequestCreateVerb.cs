using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>request create</c>: ask a customer for access, and wait for the answer if wanted.</summary>
internal static class RequestCreateVerb
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static Command Build(CliContext context)
    {
        var tenant = Options.Tenant();
        tenant.Required = true;
        var target = new Option<string>("--target") { Description = "The application", HelpName = "NAME", Required = true };
        var operations = new Option<string[]>("--operations") { Description = "What to be allowed, separated by commas", HelpName = "A,B", Required = true };
        var time = new Option<string>("--for") { Description = "For how long", HelpName = "TIME", DefaultValueFactory = _ => "1h" };
        var reason = new Option<string>("--reason") { Description = "Why; the customer reads it", HelpName = "TEXT", Required = true };
        var reasonCode = new Option<string>("--reason-code")
        {
            Description = "customer-support, vendor-initiated-service, security-review, legal-request or production-alert",
            HelpName = "CODE", DefaultValueFactory = _ => "customer-support",
        };
        var ticket = new Option<string?>("--ticket", "-t") { Description = "The ticket it is about", HelpName = "NUMBER" };
        var wait = new Option<bool>("--wait") { Description = "Wait for the customer's answer" };
        var waitFor = new Option<string>("--wait-for") { Description = "Wait at most so long", HelpName = "TIME", DefaultValueFactory = _ => "12h" };
        var format = CliContext.FormatOption();

        var create = new Command("create", "Ask a customer for access") { tenant, target, operations, time, reason, reasonCode, ticket, wait, waitFor, format };
        create.SetAction(async (parsed, cancel) =>
        {
            var ask = new CreateRequest(
                parsed.GetRequiredValue(tenant)!, parsed.GetRequiredValue(target), Options.Names(parsed.GetValue(operations)),
                Duration.ParseMinutes(parsed.GetRequiredValue(time)), parsed.GetRequiredValue(reasonCode), parsed.GetRequiredValue(reason), parsed.GetValue(ticket));
            var patience = Duration.Parse(parsed.GetRequiredValue(waitFor));

            using var api = context.Connect(parsed).Api;
            var key = Guid.CreateVersion7(context.Host.Time.GetUtcNow()).ToString();
            var request = await api.PostAsync("requests", ask, ContractsJson.Default.CreateRequest, ContractsJson.Default.RequestView, cancel, key);
            if (parsed.GetValue(wait)) request = await WaitAsync(context.Host, api, request, patience, cancel);
            context.Printer(parsed, format).One(request, Shapes.Request);
            return ExitCodeOf(request, parsed.GetValue(wait));
        });
        return create;
    }

    /// <summary>Asks again and again; a network that goes away is waited for, too.</summary>
    private static async Task<RequestView> WaitAsync(CliHost host, ApiClient api, RequestView request, TimeSpan patience, CancellationToken cancel)
    {
        host.Talk($"Sent to {request.Tenant}. Waiting for the answer; request {request.Id} expires {Shapes.Text(request.ExpiresAt)}.");
        var started = host.Time.GetTimestamp();
        var reachable = true;
        while (request.State == "pending")
        {
            if (host.Time.GetElapsedTime(started) > patience)
                throw new CliException(ExitCode.WaitTimedOut, "wait-timed-out", "Nobody has answered yet. The request still stands.", $"accessbroker request show {request.Id}");
            await Task.Delay(Interval, host.Time, cancel);
            try
            {
                request = await api.GetAsync($"requests/{request.Id}", ContractsJson.Default.RequestView, cancel);
                if (!reachable) host.Talk("Connected again.");
                reachable = true;
            }
            catch (CliException away) when (away.Code == Network.Unreachable || away.Code.StartsWith("http-5", StringComparison.Ordinal))
            {
                if (reachable) host.Talk("The server cannot be reached just now; still waiting.");
                reachable = false;
            }
        }
        host.Talk($"{(request.DecidedBy is { } person ? person.Name + " " : "")}{request.State} it.");
        return request;
    }

    private static int ExitCodeOf(RequestView request, bool waited) => (waited, request.State) switch
    {
        (true, "denied") => ExitCode.Denied,
        (true, "expired") => ExitCode.Ended,
        (true, "cancelled") => ExitCode.Cancelled,
        _ => ExitCode.Ok,
    };
}
