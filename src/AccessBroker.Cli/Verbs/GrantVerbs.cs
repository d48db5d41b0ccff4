using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>grant</c>: access that a customer gave, and its end.</summary>
internal static class GrantVerbs
{
    public static Command Build(CliContext context) => new("grant", "See access that was given, and end it")
    {
        List(context),
        Show(context),
        End(context, "revoke", "End access to your data now (customers)"),
        End(context, "cancel", "Give back access that you hold (engineers)"),
    };

    private static Command List(CliContext context)
    {
        var state = new Option<string?>("--state") { Description = "scheduled, active, expired, revoked or cancelled", HelpName = "STATE" };
        var page = new PageOptions();
        var format = CliContext.FormatOption();
        var list = new Command("list", "Grants you may see, newest first") { state, page.Limit, page.After, format };
        list.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var (items, next) = await page.ReadAsync(api, parsed, "grants", Query.Of(("state", parsed.GetValue(state))), ContractsJson.Default.PageGrantView, cancel);
            context.Printer(parsed, format).Many(items, next, Shapes.Grant, "No grants.");
        });
        return list;
    }

    private static Command Show(CliContext context)
    {
        var id = Options.Id("The grant's id");
        var format = CliContext.FormatOption();
        var show = new Command("show", "One grant") { id, format };
        show.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await api.GetAsync($"grants/{parsed.GetValue(id)}", ContractsJson.Default.GrantView, cancel), Shapes.Grant);
        });
        return show;
    }

    private static Command End(CliContext context, string verb, string description)
    {
        var id = Options.Id("The grant's id");
        var format = CliContext.FormatOption();
        var end = new Command(verb, description) { id, format };
        end.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var ended = await api.PostAsync($"grants/{parsed.GetValue(id)}/{verb}", ContractsJson.Default.GrantEnded, cancel);
            context.Printer(parsed, format).One(ended, Shapes.GrantEnded);
        });
        return end;
    }
}
