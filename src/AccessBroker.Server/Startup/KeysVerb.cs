using System.Globalization;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// <c>AccessBroker.Server keys rotate checkpoint|encryption|data</c>, with the server's settings, whether nodes run or not. A verb of
/// this program, because it needs what only this program has: the database, and the key-encryption key (ops/adr/0014-key-rotation.md).
/// </summary>
internal static class KeysVerb
{
    public const string Name = "keys";

    private const string Usage =
        """
        keys rotate checkpoint [--overlap 30.00:00:00] [--again]      a new key for the log's checkpoints; both sign during the overlap
        keys rotate encryption [--to file|token] [--wait 00:01:00]    a new key-encryption key; everything is sealed again under it
        keys rotate data --owner OWNER                                a new data key: tenant:acme, person:<id> or deployment
        keys rotate data --all [--older-than 1.00:00:00]              the same for everybody whose key is so old
        Further arguments are settings, as the server takes them.
        """;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["rotate", "checkpoint" or "encryption" or "data", ..])
            return Refuse("This is not understood. There are:\n" + Usage);
        var options = new VerbOptions(arguments[2..]);
        try
        {
            await using var app = Build(options.Settings);
            await RequireLogAsync(app.Services);
            await (arguments[1] switch
            {
                "checkpoint" => RotateCheckpointAsync(app.Services, options),
                "encryption" => RotateEncryptionAsync(app.Services, options),
                _ => RotateDataAsync(app.Services, options),
            });
            return 0;
        }
        catch (Exception e) when (e is KeyRotationException or VerbOptionException or AuditUnavailableException)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e.IsPermissionDenied())
        {
            return Refuse("The account of Storage:ConnectionString may not do this. Run it as the one that owns the tables, as for 'migrate' (ops/docs/operations.md, \"Rotating keys\").");
        }
    }

    /// <summary>The operating-system user: no more can be known here, and the log says that it is no more.</summary>
    private static string By => Environment.UserName;

    private static WebApplication Build(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        string[] broken = [.. StoreRules.Broken(builder.Configuration)];
        if (broken.Length > 0) throw new OptionsValidationException("start", typeof(StorageOptions), broken);
        builder.Logging.ClearProviders(); // what there is to say is said below
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration);
        var app = builder.Build(); // never started: no door opens, no node runs
        _ = (app.Services.GetRequiredService<IOptions<StorageOptions>>().Value, app.Services.GetRequiredService<IOptions<KeyOptions>>().Value,
            app.Services.GetRequiredService<IOptions<AuditOptions>>().Value);
        return app;
    }

    private static async Task RequireLogAsync(IServiceProvider services)
    {
        if (await StorageStartup.PendingAsync(services) is { Count: > 0 } pending)
            throw new KeyRotationException($"The database lacks {pending.Count} of this version's migrations. Run 'migrate', or start the server once.");
        if (!await StorageStartup.HoldsALogAsync(services))
            throw new KeyRotationException("This database holds no log yet. Start the server once; it makes the keys.");
        var keys = services.GetRequiredService<ILogKeys>();
        try
        {
            _ = keys.FirstOrigin;
        }
        catch (InvalidOperationException otherLog)
        {
            throw new KeyRotationException(otherLog.Message, otherLog);
        }
    }

    private static async Task RotateCheckpointAsync(IServiceProvider services, VerbOptions options)
    {
        var overlap = options.Duration("overlap") ?? TimeSpan.FromDays(30);
        var again = options.Flag("again");
        options.RequireAllRead();
        var rotation = services.GetRequiredService<CheckpointRotation>();
        var done = await services.GetRequiredService<BriefNode>().WithAsync(() => rotation.RunAsync(overlap, By, again, CancellationToken.None), CancellationToken.None);
        Say($"The log's new verifier key: {done.New}");
        Say(string.Create(CultureInfo.InvariantCulture, $"It signs from the next checkpoint on. The old one signs too until {done.Until:u}, and is then destroyed: {done.Old}"));
        Say("Give the new key to customers, auditors and witnesses before then. Who has the old one can check the new one by the statement below (/log/successor).");
        Console.WriteLine();
        Console.Write(done.Statement);
    }

    private static async Task RotateEncryptionAsync(IServiceProvider services, VerbOptions options)
    {
        KeyPlace? to = options.Value("to") switch
        {
            null => null,
            "file" => KeyPlace.File,
            "token" => KeyPlace.Token,
            var other => throw new VerbOptionException($"--to is '{other}'; it is file or token."),
        };
        var wait = options.Duration("wait") ?? TimeSpan.FromMinutes(1);
        options.RequireAllRead();
        var done = await services.GetRequiredService<EncryptionRotation>().RunAsync(to, By, wait, Say, CancellationToken.None);
        Say($"Done: everything is sealed under {done.Key}.");
        if (done.Foreign > 0)
            Say($"{done.Foreign} rows were left as they are: no key of this deployment opens them, and nobody uses them. Somebody may have changed the database.");
        Say("Where other machines run nodes with key files of their own: replace their key-encryption-key by the .next that you gave them. Back the new key up, apart from the database.");
    }

    private static async Task RotateDataAsync(IServiceProvider services, VerbOptions options)
    {
        var (owner, all, olderThan) = (options.Value("owner"), options.Flag("all"), options.Duration("older-than"));
        options.RequireAllRead();
        if (owner is null == !all)
            throw new VerbOptionException("Say whose: --owner tenant:acme (or person:<id>, deployment), or --all.");
        var rotation = services.GetRequiredService<DataKeyRotation>();
        var node = services.GetRequiredService<BriefNode>();
        // By age, so that a run that was interrupted goes on where it stopped.
        IReadOnlyList<string> owners = owner is not null ? [owner] : await rotation.OwnersAsync(olderThan ?? TimeSpan.FromDays(1), CancellationToken.None);
        for (var i = 0; i < owners.Count; i++)
        {
            var generation = await node.WithAsync(() => rotation.RunAsync(owners[i], By, CancellationToken.None), CancellationToken.None);
            Say(string.Create(CultureInfo.InvariantCulture, $"{i + 1} of {owners.Count}: {owners[i]} seals under its key of generation {generation}."));
        }
        Say(owners.Count == 0 ? "Nobody's key is so old: nothing to do." : "Running nodes use them within seconds. What was written before opens under the keys it was sealed with.");
    }

    private static void Say(string sentence) => Console.WriteLine(sentence);

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}
