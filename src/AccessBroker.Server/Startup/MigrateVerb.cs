using AccessBroker.Storage;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// <c>AccessBroker.Server migrate</c> brings the database to this program's schema and ends. It is run as the account that owns
/// the tables, so that the account of the server that runs all day need not be able to change them.
/// </summary>
internal static class MigrateVerb
{
    public const string Name = "migrate";

    /// <param name="settings">As the server takes them; it reads the section Storage alone, and so needs no keys.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        string[] broken = [.. StoreRules.BrokenDatabase(builder.Configuration)];
        if (broken.Length > 0) throw new OptionsValidationException("start", typeof(StorageOptions), broken);
        builder.Logging.ClearProviders(); // what there is to say stands below
        builder.Services.AddStorage(builder.Configuration);
        await using var app = builder.Build();
        _ = app.Services.GetRequiredService<IOptions<StorageOptions>>().Value;

        var applied = await StorageStartup.MigrateAsync(app.Services);
        foreach (var migration in applied) Console.WriteLine($"applied {migration}");
        Console.WriteLine(applied.Count == 0
            ? "The database has this version's schema already."
            : "The database has this version's schema now. Where accounts are kept apart, run the script in ops/sql: new tables give nobody anything.");
        return 0;
    }
}
