using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>audit</c>: search what was done, take proof of it away.</summary>
internal static class AuditVerbs
{
    public static Command Build(CliContext context) => new("audit", "Search what was done, take proof of it away")
    {
        Search(context),
        Show(context),
        AuditExportVerb.Build(context),
        Schedules(context),
        ExportLog(context),
        Text(context, "checkpoint", "The log's newest signed checkpoint; keep it to prove later that nothing before it changed", "audit/checkpoint?publish=true"),
        VkeyVerb.Build(context),
    };

    private static Command Search(CliContext context)
    {
        var query = new Argument<string[]>("QUERY") { Description = "Such as actor:dana outcome:denied", Arity = ArgumentArity.ZeroOrMore };
        var tenant = Options.Tenant();
        var page = new PageOptions();
        var format = CliContext.FormatOption();
        var search = new Command("search", "Entries that match, newest first") { query, tenant, page.Limit, page.After, format };
        search.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var terms = Query.Of(("tenant", parsed.GetValue(tenant)), ("q", string.Join(' ', parsed.GetValue(query) ?? [])));
            var (items, next) = await page.ReadAsync(api, parsed, "audit/events", terms, ContractsJson.Default.PageAuditEventView, cancel);
            context.Printer(parsed, format).Many(items, next, Shapes.AuditEvent, "Nothing matches.");
        });
        return search;
    }

    private static Command Show(CliContext context)
    {
        var index = new Argument<long>("INDEX") { Description = "The entry's index in the log" };
        var format = CliContext.FormatOption();
        var show = new Command("show", "One entry whole: sentence, header, body") { index, format };
        show.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            context.Printer(parsed, format).One(await api.GetAsync($"audit/events/{parsed.GetValue(index)}", ContractsJson.Default.AuditEntryView, cancel), Shapes.AuditEntry);
        });
        return show;
    }

    private static Command Schedules(CliContext context)
    {
        var format = CliContext.FormatOption();
        var schedules = new Command("schedules", "Files that the server makes at fixed times: when next, when last, and whether it could") { format };
        schedules.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            var page = await api.GetAsync("audit/schedules", ContractsJson.Default.PageScheduleView, cancel);
            context.Printer(parsed, format).Many(page.Items, null, Shapes.Schedule, "The server has no schedules: Log:Schedules in its configuration makes them.");
        });
        return schedules;
    }

    private static Command ExportLog(CliContext context)
    {
        var destination = Destination();
        var export = new Command("export-log", "The whole log's headers, without any customer's data, for a third party") { destination };
        export.SetAction(async (parsed, cancel) =>
        {
            using var api = context.Connect(parsed).Api;
            using var response = await api.GetRawAsync("audit/log", cancel);
            await Download.SaveAsync(context.Host, response, parsed.GetRequiredValue(destination), cancel);
        });
        return export;
    }

    private static Command Text(CliContext context, string name, string description, string path)
    {
        var file = new Option<FileInfo?>("--out") { Description = "Write it to a file", HelpName = "FILE" };
        var command = new Command(name, description) { file };
        command.SetAction(async (parsed, cancel) =>
        {
            var bytes = await ReadAsync(context, parsed, path, cancel);
            if (parsed.GetValue(file) is { } to) await File.WriteAllBytesAsync(to.FullName, bytes, cancel);
            else await context.Host.OutBytes.WriteAsync(bytes, cancel);
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(CliContext context, ParseResult parsed, string path, CancellationToken cancel)
    {
        using var api = context.Connect(parsed).Api;
        using var response = await api.GetRawAsync(path, cancel);
        return await response.Content.ReadAsByteArrayAsync(cancel);
    }

    internal static Option<string> Destination() => new("--out") { Description = "A new folder, or a file that ends in .zip", HelpName = "PATH", Required = true };
}
