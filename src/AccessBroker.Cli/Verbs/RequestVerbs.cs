using System.CommandLine;
using System.Globalization;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>request</c>: ask for access, follow it, decide it.</summary>
internal static class RequestVerbs
{
    public static Command Build(CliContext context) => new("request", "Ask for access, follow a request, decide it")
    {
        RequestCreateVerb.Build(context),
        List(context),
        ById(context, "show", "One request", (api, id, cancel) => api.GetAsync($"requests/{id}", ContractsJson.Default.RequestView, cancel)),
        ById(context, "cancel", "Take back your request", (api, id, cancel) => api.PostAsync($"requests/{id}/cancel", ContractsJson.Default.RequestView, cancel)),
        Approve(context),
        Deny(context),
    };

    private static Command List(CliContext context)
    {
        var state = new Option<string?>("--state") { Description = "pending, approved, denied, cancelled or expired", HelpName = "STATE" };
        var tenant = Options.Tenant();
        var page = new PageOptions();
        var format = CliContext.FormatOption();
        var list = new Command("list", "Requests you may see, newest first") { state, tenant, page.Limit, page.After, format };
        list.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var query = Query.Of(("state", parsed.GetValue(state)), ("tenant", parsed.GetValue(tenant)));
            var (items, next) = await page.ReadAsync(api, parsed, "requests", query, ContractsJson.Default.PageRequestView, cancel);
            context.Printer(parsed, format).Many(items, next, Shapes.Request, "No requests.");
        });
        return list;
    }

    private static Command Approve(CliContext context)
    {
        var id = Options.Id("The request's id");
        var time = new Option<string?>("--for") { Description = "Give less time than asked, such as 15m", HelpName = "TIME" };
        var operations = new Option<string[]>("--operations") { Description = "Give only these of the operations asked for, separated by commas", HelpName = "A,B", DefaultValueFactory = _ => [] };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask again on a terminal" };
        var format = CliContext.FormatOption();
        var approve = new Command("approve", "Approve as asked, or less") { id, time, operations, yes, format };
        approve.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var names = Options.Names(parsed.GetValue(operations));
            int? minutes = parsed.GetValue(time) is { } less ? Duration.ParseMinutes(less) : null;
            var choice = Query.Of(("minutes", minutes?.ToString(CultureInfo.InvariantCulture)), ("operations", names.Count == 0 ? null : string.Join(',', names)));
            var consent = await api.GetAsync($"requests/{parsed.GetValue(id)}/consent?{choice}", ContractsJson.Default.ConsentView, cancel);
            // The text's hash goes back with the answer: what was on the screen is approved, or nothing.
            context.Host.Talk(consent.Text);
            if (!parsed.GetValue(yes) && !context.Host.Confirms("Approve this?"))
                throw new CliException(ExitCode.Cancelled, "cancelled", "Nothing was approved.", "Deny it with accessbroker request deny, or leave it.");
            var answer = new ApproveRequest(consent.Version, minutes, names.Count == 0 ? null : names, consent.Shown);
            var grant = await api.PostAsync($"requests/{parsed.GetValue(id)}/approve", answer, ContractsJson.Default.ApproveRequest, ContractsJson.Default.GrantView, cancel);
            context.Printer(parsed, format).One(grant, Shapes.Grant);
        });
        return approve;
    }

    private static Command Deny(CliContext context)
    {
        var id = Options.Id("The request's id");
        var reason = new Option<string?>("--reason") { Description = "Why; the engineer reads it", HelpName = "TEXT" };
        var format = CliContext.FormatOption();
        var deny = new Command("deny", "Refuse a request") { id, reason, format };
        deny.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var shown = await api.GetAsync($"requests/{parsed.GetValue(id)}", ContractsJson.Default.RequestView, cancel);
            var denied = await api.PostAsync($"requests/{shown.Id}/deny", new DenyRequest(shown.Version, parsed.GetValue(reason)), ContractsJson.Default.DenyRequest, ContractsJson.Default.RequestView, cancel);
            context.Printer(parsed, format).One(denied, Shapes.Request);
        });
        return deny;
    }

    private static Command ById(CliContext context, string name, string description, Func<ApiClient, Guid, CancellationToken, Task<RequestView>> call)
    {
        var id = Options.Id("The request's id");
        var format = CliContext.FormatOption();
        var command = new Command(name, description) { id, format };
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await call(api, parsed.GetValue(id), cancel), Shapes.Request);
        });
        return command;
    }
}
