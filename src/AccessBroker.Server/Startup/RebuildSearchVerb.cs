using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// <c>AccessBroker.Server rebuild-search --by NAME</c> makes the search projection anew from the log, in place; nodes may run. With
/// the server's own settings: the log is read, and the entry appended, by the account of Storage:ConnectionString, and rows are
/// replaced by that of Storage:ErasureConnectionString, because the first may not delete any.
/// </summary>
internal static class RebuildSearchVerb
{
    public const string Name = "rebuild-search";
    private const int MaxName = 200;

    /// <param name="settings">As the server takes them, and <c>--by</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        string[] broken = [.. StoreRules.Broken(builder.Configuration), .. BrokenTerms(builder.Configuration)];
        if (broken.Length > 0) throw new OptionsValidationException("rebuild", typeof(StorageOptions), broken);
        builder.Logging.ClearProviders(); // what there is to say stands below
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration);
        await using var app = builder.Build();
        _ = (app.Services.GetRequiredService<IOptions<StorageOptions>>().Value, app.Services.GetRequiredService<IOptions<AuditOptions>>().Value);

        await StorageStartup.MigrateAsync(app.Services);
        await AuditStartup.RequireUnbrokenAsync(app.Services);
        var rebuild = app.Services.GetRequiredService<SearchRebuild>();
        await RequireRightAsync(rebuild);
        await RecordAsync(rebuild, builder.Configuration["by"]!.Trim());
        var entries = await rebuild.RunAsync(new Steps(), CancellationToken.None);
        Console.WriteLine($"The search shows all {entries:N0} entries as the log has them. Nodes that run need no restart.");
        return 0;
    }

    private static async Task RequireRightAsync(SearchRebuild rebuild)
    {
        try
        {
            await rebuild.RequireRightAsync(CancellationToken.None);
        }
        catch (Exception e) when (e.IsPermissionDenied())
        {
            throw new OptionsValidationException("rebuild", typeof(StorageOptions), [
                "This account may not replace rows of audit_event. Set Storage:ErasureConnectionString to the eraser's account (accessbroker_eraser of ops/sql; " +
                "run that script again after an upgrade), or Storage:ConnectionString to the owner's. The broker's own account is not meant to delete anything."]);
        }
    }

    /// <summary>Before anything is touched. An account that may not append, such as one for maintenance alone, leaves it to the database's own log.</summary>
    private static async Task RecordAsync(SearchRebuild rebuild, string by)
    {
        try
        {
            Console.WriteLine($"Entry {await rebuild.RecordAsync(by, CancellationToken.None)} of the log says who rebuilds.");
        }
        catch (Exception e) when (e.IsPermissionDenied())
        {
            Console.WriteLine("The log does not say that this was run: the account of Storage:ConnectionString may not append to it.");
        }
    }

    private static IEnumerable<string> BrokenTerms(IConfiguration terms)
    {
        if (terms["by"]?.Trim() is not { Length: > 0 and <= MaxName })
            yield return $"--by is missing or longer than {MaxName} characters: say who rebuilds. It stands in the log.";
    }

    /// <summary>A line each time another twentieth is done.</summary>
    private sealed class Steps : IProgress<(long Done, long Of)>
    {
        private long _told;

        public void Report((long Done, long Of) value)
        {
            if (value.Done * 20 / value.Of == _told) return;
            _told = value.Done * 20 / value.Of;
            Console.WriteLine($"{value.Done:N0} of {value.Of:N0} entries");
        }
    }
}
