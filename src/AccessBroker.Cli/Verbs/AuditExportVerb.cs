using System.CommandLine;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary><c>audit export</c>: orders the file, waits while the server makes it, fetches it, and goes on by itself where something breaks.</summary>
internal static class AuditExportVerb
{
    private const string Bundle = "bundle", Path = "audit/exports";
    private static readonly string[] Formats = [Bundle, "ndjson", "csv", "parquet", "ocsf"];
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(100), LongestLook = TimeSpan.FromSeconds(2);

    public static Command Build(CliContext context)
    {
        var tenant = Options.Tenant();
        tenant.Required = true;
        var format = new Option<string>("--as") { Description = $"{string.Join(", ", Formats)}; only a bundle proves anything", HelpName = "FORMAT", DefaultValueFactory = _ => Bundle };
        format.AcceptOnlyFromAmong(Formats);
        var pinned = new Option<FileInfo?>("--pinned") { Description = "A checkpoint you kept: the bundle will prove that it grew out of it", HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "Entries from this time on", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Entries until this time", HelpName = "TIME" };
        var grant = new Option<Guid?>("--grant") { Description = "Entries of this grant only", HelpName = "ID" };
        var actor = new Option<Guid?>("--actor") { Description = "Entries of this person only", HelpName = "ID" };
        var destination = AuditVerbs.Destination();
        destination.Description = "A file; for a bundle a new folder, or a file that ends in .zip";
        var export = new Command("export", "A customer's trail as a file: an evidence bundle to be verified offline, or entries for other programs") { tenant, format, pinned, from, to, grant, actor, destination };
        export.SetAction(async (parsed, cancel) =>
        {
            var (kind, path) = (parsed.GetRequiredValue(format), parsed.GetRequiredValue(destination));
            if (kind == Bundle) Download.Check(path);
            using var api = context.Connect(parsed).Api;
            var note = parsed.GetValue(pinned) is { } file ? await File.ReadAllTextAsync(file.FullName, cancel) : null;
            var order = new CreateExport(parsed.GetRequiredValue(tenant)!, kind, parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(grant), parsed.GetValue(actor), note);
            await RunAsync(context.Host, api, order, path, cancel);
        });
        return export;
    }

    private static async Task RunAsync(CliHost host, ApiClient api, CreateExport order, string destination, CancellationToken cancel)
    {
        var progress = new ProgressLine(host);
        var export = await api.PostAsync(Path, order, ContractsJson.Default.CreateExport, ContractsJson.Default.ExportView, cancel);
        try
        {
            var ready = await ReadyAsync(host, api, export, progress, cancel);
            var download = new ResumingDownload(api, host, progress);
            Task Fetch(string path, CancellationToken stop) => download.FetchAsync($"{Path}/{export.Id}/file", path, ready.Bytes, ready.Sha256!, stop);
            await (order.Format == Bundle ? Download.SaveZipAsync(destination, Fetch, cancel) : Fetch(destination, cancel));
        }
        catch (OperationCanceledException)
        {
            await RemoveAsync(api, export, CancellationToken.None); // nobody waits for it any more
            throw;
        }
        finally
        {
            progress.End();
        }
        await RemoveAsync(api, export, cancel);
        host.Talk($"Saved to {destination}.");
    }

    private static async Task<ExportView> ReadyAsync(CliHost host, ApiClient api, ExportView export, ProgressLine progress, CancellationToken cancel)
    {
        var (pause, restarts) = (FirstLook, 0);
        for (var unreachable = 0; ;)
        {
            switch (export.State)
            {
                case "ready":
                    progress.End();
                    return export;
                case "failed":
                    throw new CliException(ExitCode.Failure, "export-failed", export.Error ?? "The export failed.", "Try again, or export less at a time.");
                case "interrupted" when restarts++ < 3:
                    progress.Note("The server was restarted; the export begins again.");
                    export = await api.PostAsync($"{Path}/{export.Id}/start", ContractsJson.Default.ExportView, cancel);
                    continue;
                case "interrupted":
                    throw new CliException(ExitCode.Failure, "export-interrupted", "The server was restarted again and again while it made the export.", "Try again later.");
            }
            if (export.State == "queued") progress.Wait("Waiting for an earlier export …");
            else progress.Show("Reading the log", export.Done, export.Total);
            await Task.Delay(pause, host.Time, cancel);
            pause = pause * 2 < LongestLook ? pause * 2 : LongestLook;
            try
            {
                export = await api.GetAsync($"{Path}/{export.Id}", ContractsJson.Default.ExportView, cancel);
                unreachable = 0;
            }
            catch (CliException gone) when (gone.Code == Network.Unreachable && ++unreachable < 30)
            {
                progress.Note("The server does not answer; it is asked again.");
            }
        }
    }

    /// <summary>The server removes it in time anyhow.</summary>
    private static async Task RemoveAsync(ApiClient api, ExportView export, CancellationToken cancel)
    {
        try
        {
            await api.DeleteAsync($"{Path}/{export.Id}", cancel);
        }
        catch (CliException)
        {
            // nothing that the person could act on
        }
    }
}
