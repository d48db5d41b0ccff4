using System.CommandLine;
using System.Globalization;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>erasure</c>: forget content of a customer's trail; two people, one of them the customer's.</summary>
internal static class ErasureVerbs
{
    public static Command Build(CliContext context) => new("erasure", "Forget content of a customer's trail; the log still verifies")
    {
        Propose(context),
        List(context),
        ById(context, "show", "One erasure", (api, id, cancel) => api.GetAsync($"erasures/{id}", ContractsJson.Default.ErasureView, cancel)),
        Confirm(context),
        ById(context, "reject", "Refuse an erasure, or take yours back", (api, id, cancel) => api.PostAsync($"erasures/{id}/reject", ContractsJson.Default.ErasureView, cancel)),
    };

    private static Command Propose(CliContext context)
    {
        var tenant = Options.Tenant();
        tenant.Required = true;
        var authority = new Option<string>("--authority") { Description = "What entitles to it, such as a law or a person's request", HelpName = "TEXT", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; it stays on the trail", HelpName = "TEXT", Required = true };
        var entries = new Option<string[]>("--entries") { Description = "Log indices, separated by commas", HelpName = "1,2", DefaultValueFactory = _ => [] };
        var person = new Option<Guid?>("--person") { Description = "Everything that names this person", HelpName = "ID" };
        var everything = new Option<bool>("--everything") { Description = "The whole trail, as when a customer leaves" };
        var format = CliContext.FormatOption();
        var propose = new Command("propose", "Propose it; somebody else must confirm") { tenant, authority, reason, entries, person, everything, format };
        propose.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var indices = Options.Names(parsed.GetValue(entries)).Select(Index).ToList();
            var proposal = new ProposeErasure(
                parsed.GetValue(tenant)!, parsed.GetRequiredValue(authority), parsed.GetRequiredValue(reason),
                indices.Count == 0 ? null : indices, parsed.GetValue(person), parsed.GetValue(everything));
            var order = await api.PostAsync("erasures", proposal, ContractsJson.Default.ProposeErasure, ContractsJson.Default.ErasureView, cancel);
            context.Printer(parsed, format).One(order, Shapes.Erasure);
        });
        return propose;
    }

    private static Command Confirm(CliContext context)
    {
        var id = Options.Id("The erasure's id");
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask again on a terminal" };
        var format = CliContext.FormatOption();
        var confirm = new Command("confirm", "Agree to an erasure; it cannot be undone") { id, yes, format };
        confirm.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var order = await api.GetAsync($"erasures/{parsed.GetValue(id)}", ContractsJson.Default.ErasureView, cancel);
            context.Host.Talk($"{order.ProposedBy.Name} asks to erase {order.What} of {order.Tenant}.\nAuthority: {order.Authority}\nReason: \"{order.Reason}\"\nIt cannot be undone.\n");
            if (!parsed.GetValue(yes) && !context.Host.Confirms("Erase this?"))
                throw new CliException(ExitCode.Cancelled, "cancelled", "Nothing was erased.", "Refuse it with accessbroker erasure reject, or leave it.");
            var confirmed = await api.PostAsync($"erasures/{parsed.GetValue(id)}/confirm", ContractsJson.Default.ErasureView, cancel);
            context.Printer(parsed, format).One(confirmed, Shapes.Erasure);
        });
        return confirm;
    }

    private static Command List(CliContext context)
    {
        var format = CliContext.FormatOption();
        var list = new Command("list", "Erasures you may see, newest first") { format };
        list.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var page = await api.GetAsync("erasures", ContractsJson.Default.PageErasureView, cancel);
            context.Printer(parsed, format).Many(page.Items, page.Next, Shapes.Erasure, "No erasures.");
        });
        return list;
    }

    private static Command ById(CliContext context, string verb, string description, Func<ApiClient, Guid, CancellationToken, Task<ErasureView>> call)
    {
        var id = Options.Id("The erasure's id");
        var format = CliContext.FormatOption();
        var command = new Command(verb, description) { id, format };
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await call(api, parsed.GetValue(id), cancel), Shapes.Erasure);
        });
        return command;
    }

    private static long Index(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw CliException.Usage($"--entries: '{text}' is no log index.", "Write such as --entries 12,15; accessbroker audit search shows the indices.");
}
