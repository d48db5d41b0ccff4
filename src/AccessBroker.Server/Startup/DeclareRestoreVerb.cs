using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// <c>AccessBroker.Server declare-restore --by NAME --reason TEXT</c>: an administrator says that an older backup was restored on
/// purpose. Run with the server's own settings while no node runs; erasures are replayed at the next start, before anything is served.
/// </summary>
internal static class DeclareRestoreVerb
{
    public const string Name = "declare-restore";
    private const int MinReason = 10, MaxText = 2000;

    /// <param name="settings">As the server takes them, and <c>--by</c>, <c>--reason</c>, <c>--origin</c>, <c>--known FILE,FILE</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        string[] broken = [.. StoreRules.Broken(builder.Configuration), .. BrokenTerms(builder.Configuration)];
        if (broken.Length > 0) throw new OptionsValidationException("declare", typeof(StorageOptions), broken);
        var (by, reason) = (builder.Configuration["by"]!.Trim(), builder.Configuration["reason"]!.Trim());
        List<string> known = [];
        foreach (var file in Files(builder.Configuration)) known.Add(await File.ReadAllTextAsync(file));

        DeclaredRestore declared;
        await using (var services = Services(settings)) // its keys still have the old name
        {
            await StorageStartup.MigrateAsync(services.Services);
            Console.WriteLine("Re-hashing what was restored …");
            declared = await services.Services.GetRequiredService<RestoreDeclaration>().RunAsync(by, reason, builder.Configuration["origin"], known, CancellationToken.None);
        }
        await using var renamed = Services(settings);
        Console.WriteLine($"The log goes on as {declared.Origin}, from a backup of {declared.Size} entries; {declared.Lost} later ones of {declared.OldOrigin} are known to be lost. Entry {declared.Index} says so.");
        Console.WriteLine("Customers, auditors and witnesses need its new verifier key, and should hear why:");
        foreach (var key in AuditStartup.VerifierKeys(renamed.Services)) Console.WriteLine($"  {key}");
        Console.WriteLine("Start the broker now: what was erased since the backup is erased again before it serves anybody.");
        return 0;
    }

    private static WebApplication Services(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders(); // what there is to say stands above
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration);
        var app = builder.Build();
        _ = (app.Services.GetRequiredService<IOptions<StorageOptions>>().Value, app.Services.GetRequiredService<IOptions<AuditOptions>>().Value);
        return app;
    }

    private static IEnumerable<string> BrokenTerms(IConfiguration terms)
    {
        if (terms["by"]?.Trim() is not { Length: > 0 and <= MaxText })
            yield return "--by is missing: say who declares this.";
        if (terms["reason"]?.Trim() is not { Length: >= MinReason and <= MaxText })
            yield return $"--reason is missing or not {MinReason}–{MaxText} characters long: say why the backup was restored. It stands in the log for ever, and customers read it.";
        foreach (var file in Files(terms).Where(file => !File.Exists(file)))
            yield return $"--known {file}: there is no such file. It is a checkpoint note that somebody kept.";
    }

    private static string[] Files(IConfiguration terms) => terms["known"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
