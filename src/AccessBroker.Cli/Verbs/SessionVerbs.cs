using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>session</c>: use a grant by hand. <c>accessbroker curl</c> does this by itself.</summary>
internal static class SessionVerbs
{
    public static Command Build(CliContext context) => new("session", "Use a grant by hand: start, renew, end")
    {
        Token(context, "start", "Start using a grant; prints the consent token", "GRANT", "The grant's id", id => $"grants/{id}/sessions"),
        List(context),
        Token(context, "token", "A new consent token of a session that lives", "SESSION", "The session's id", id => $"sessions/{id}/token"),
        End(context),
    };

    private static Command Token(CliContext context, string verb, string description, string idName, string idDescription, Func<Guid, string> path)
    {
        var id = new Argument<Guid>(idName) { Description = idDescription };
        var raw = new Option<bool>("--raw") { Description = "Print the token alone" };
        var format = CliContext.FormatOption();
        var token = new Command(verb, description) { id, raw, format };
        token.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var minted = await api.PostAsync(path(parsed.GetValue(id)), ContractsJson.Default.SessionToken, cancel);
            if (parsed.GetValue(raw)) await context.Host.Out.WriteLineAsync(minted.Token);
            else context.Printer(parsed, format).One(minted, Shapes.SessionToken);
        });
        return token;
    }

    private static Command List(CliContext context)
    {
        var page = new PageOptions();
        var format = CliContext.FormatOption();
        var list = new Command("list", "Sessions of the grants you may see") { page.Limit, page.After, format };
        list.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var (grants, next) = await page.ReadAsync(api, parsed, "grants", "", ContractsJson.Default.PageGrantView, cancel);
            context.Printer(parsed, format).Many([.. grants.SelectMany(g => g.Sessions)], next, Shapes.Session, "No sessions.");
        });
        return list;
    }

    private static Command End(CliContext context)
    {
        var id = new Argument<Guid>("SESSION") { Description = "The session's id" };
        var format = CliContext.FormatOption();
        var end = new Command("end", "End a session; the grant stays") { id, format };
        end.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await api.PostAsync($"sessions/{parsed.GetValue(id)}/end", ContractsJson.Default.SessionView, cancel), Shapes.Session);
        });
        return end;
    }
}
