using AccessBroker.Audit;
using AccessBroker.Gateway;
using AccessBroker.Grants;
using AccessBroker.Issuer;
using AccessBroker.Server;
using AccessBroker.Storage;
using AccessBroker.Web;

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
    if (rooms.Web) builder.Services.AddWeb(builder.Configuration);
    if (rooms.Gateway) builder.Services.AddGateway(builder.Configuration);
    builder.Services.AddHostedService<StartEntry>();

    var app = builder.Build();
    StartRules.RequireOptions(app.Services);
    await StorageStartup.MigrateAsync(app.Services);
    if (rooms.Issuer) await IssuerStartup.PrepareAsync(app.Services);

    app.UseProxyAddresses();
    app.UseSecurityHeaders();
    app.UseDemoGuard();
    if (rooms.Gateway) app.MapGateway(); // answers for its own hosts and lets the rest by
    app.UseErrors();
    app.UseRouting();
    if (rooms.Issuer) app.UseAuthentication().UseAuthorization();
    app.MapHealth();
    if (rooms.Gateway) app.MapGatewayKeys().AllowAnonymous();
    if (rooms.Issuer) app.MapIssuer();
    if (rooms.Web) app.MapWeb();

    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (StartFailure.Explain(failure) is { } sentences)
{
    StartFailure.Print(sentences);
    return 1;
}
