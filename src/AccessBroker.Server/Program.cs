using AccessBroker.Audit;
using AccessBroker.Grants;
using AccessBroker.Issuer;
using AccessBroker.Server;
using AccessBroker.Storage;

try
{
    var builder = WebApplication.CreateBuilder(args);
    DemoMode.AddAssignments(builder.Configuration);
    StartRules.Require(builder.Configuration);
    var rooms = Rooms.From(builder.Configuration);

    builder.AddLogs();
    builder.AddTelemetry();
    builder.AddListening();
    builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration).AddGrants(builder.Configuration);
    builder.Services.AddErrors();
    if (rooms.Issuer) builder.Services.AddIssuer(builder.Configuration).AddSignedInByDefault();
    builder.Services.AddHostedService<StartEntry>();

    var app = builder.Build();
    StartRules.RequireOptions(app.Services);
    await StorageStartup.MigrateAsync(app.Services);
    if (rooms.Issuer) await IssuerStartup.PrepareAsync(app.Services);

    app.UseProxyAddresses();
    app.UseSecurityHeaders();
    app.UseDemoGuard();
    app.UseErrors();
    app.UseRouting();
    if (rooms.Issuer) app.UseAuthentication().UseAuthorization();
    app.MapHealth();
    if (rooms.Issuer) app.MapIssuer();

    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Explain(failure) is { } sentences)
{
    StartFailure.Print(sentences);
    return 1;
}
