using AccessBroker.Audit;
using AccessBroker.Gateway;
using AccessBroker.Grants;
using AccessBroker.Issuer;
using AccessBroker.Storage;
using AccessBroker.Web;

namespace AccessBroker.Server;

/// <summary>The one program: what it is made of, in the order in which it matters.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            if (args is [MigrateVerb.Name, .. var settings]) return await MigrateVerb.RunAsync(settings);
            if (args is [DeclareRestoreVerb.Name, .. var terms]) return await DeclareRestoreVerb.RunAsync(terms);
            if (args is [KeysVerb.Name, .. var keys]) return await KeysVerb.RunAsync(keys);
            if (args is [RebuildSearchVerb.Name, .. var options]) return await RebuildSearchVerb.RunAsync(options);
            await using var app = await CreateAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } sentences)
        {
            StartFailure.Print(sentences);
            return 1;
        }
    }

    /// <summary>The server, ready to be started: configuration checked, database migrated.</summary>
    /// <param name="more">What a test puts in place of a service, such as the clock.</param>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<IServiceCollection>? more = null)
    {
        // appsettings.json lies beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = "AccessBroker.Server", ContentRootPath = AppContext.BaseDirectory });
        DemoMode.AddAssignments(builder.Configuration);
        StartRules.Require(builder.Configuration);
        var rooms = Rooms.From(builder.Configuration);

        builder.AddLogs();
        builder.AddTelemetry();
        builder.AddListening();
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration).AddGrants(builder.Configuration);
        builder.Services.AddErrors();
        if (rooms.Issuer) builder.Services.AddIssuer(builder.Configuration).AddSignedInByDefault();
        if (rooms.Web) builder.Services.AddWeb(builder.Configuration);
        if (rooms.Gateway) builder.Services.AddGateway(builder.Configuration);
        builder.Services.AddHostedService<StartEntry>();
        more?.Invoke(builder.Services);

        var app = builder.Build();
        await StorageStartup.MigrateAsync(app.Services);
        await AuditStartup.RequireUnbrokenAsync(app.Services);
        if (rooms.Issuer) await IssuerStartup.PrepareAsync(app.Services);

        app.UseProxyAddresses();
        app.UseSecurityHeaders();
        app.UseDemoGuard();
        if (rooms.Gateway) app.MapGateway(); // answers for its own hosts and lets the rest by
        app.UseErrors();
        app.UseForms();
        app.UseRouting();
        if (rooms.Issuer) app.UseAuthentication().UseAuthorization();
        app.MapHealth();
        if (rooms.Gateway) app.MapGatewayKeys().AllowAnonymous();
        if (rooms.Issuer) app.MapIssuer();
        if (rooms.Web) app.MapWeb();
        return app;
    }
}
