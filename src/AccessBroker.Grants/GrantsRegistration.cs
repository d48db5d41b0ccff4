using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>Registers the use cases, the targets, consent tokens and the watch over live sessions.</summary>
public static class GrantsRegistration
{
    /// <remarks>Call it after <c>AddStorage</c> and <c>AddAudit</c>: hosted services start in the order in which they were added.</remarks>
    /// <exception cref="CatalogueException">When the provider is built: the targets file cannot be used.</exception>
    public static IServiceCollection AddGrants(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AddressOptions>().Configure(o => o.PublicUrl = configuration["Server:PublicUrl"] ?? o.PublicUrl)
            .Configure(o => configuration.GetSection("Gateway").Bind(o.Gateway)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AddressOptions>, AddressValidation>();
        services.AddOptions<LifecycleOptions>().Bind(configuration.GetSection("Requests")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LifecycleOptions>, LifecycleValidation>();
        services.AddOptions<IdentityOptions>().Bind(configuration.GetSection("Identity")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityValidation>();
        services.AddSingleton(new TenantList(configuration.GetSection("Tenants").Get<List<TenantOptions>>() ?? []));
        services.AddSingleton<ICatalogue>(_ => new FileCatalogue(
            configuration["Targets:File"] is { Length: > 0 } file ? CatalogueFile.Read(file, configuration) : new Catalogue([])));

        AddShared(services);
        AddUseCases(services);
        services.AddHostedService<GrantsStartup>();
        services.AddErasureReplay();
        services.AddHostedService(p => p.GetRequiredService<PendingEndings>());
        services.AddHostedService(p => p.GetRequiredService<GrantExpiry>());
        services.AddHostedService(p => p.GetRequiredService<RequestExpiry>());
        services.AddHostedService<LiveSessionWatch>();
        services.AddHostedService(p => p.GetRequiredService<ErasureRunner>());
        return services;
    }

    private static void AddShared(IServiceCollection services)
    {
        services.AddSingleton<GatewayAddresses>();
        services.AddSingleton<SessionConnections>();
        services.AddSingleton<RecordedChange>();
        services.AddSingleton<Withdrawals>();
        services.AddSingleton<LogProof>();
        services.AddSingleton<PeopleRegister>();
        services.AddSingleton<IdentityBootstrap>();
        services.AddSingleton<ConsentKeys>();
        services.AddSingleton<SessionLoader>();
        services.AddSingleton<PendingEndings>();
        services.AddSingleton<GrantExpiry>();
        services.AddSingleton<RequestExpiry>();
        services.AddSingleton<GrantStopper>();
        services.AddSingleton<OwnSession>();
        services.AddSingleton<RequestRules>();
        services.AddSingleton<ReviewRules>();
        services.AddSingleton<ConsentDrafting>();
        services.AddSingleton<RequestViews>();
        services.AddSingleton<GrantViews>();
        services.AddSingleton<ErasureRules>();
        services.AddSingleton<ErasureViews>();
        services.AddSingleton(p => new ErasureRunner(
            p.Get<IDbContextFactory<BrokerDbContext>>(), p.Get<Eraser>(), p.Get<LogProof>(), p.Get<ErasureRules>(), p.Get<RecordedChange>(), p.Get<TimeProvider>(),
            p.Get<ILogger<ErasureRunner>>()));
        services.AddSingleton(p => new ConsentTokens(
            p.Get<ConsentKeys>(), p.Get<GatewayAddresses>(), p.Get<IOptions<AddressOptions>>(), p.Get<TimeProvider>()));
        services.AddSingleton(p => new LiveSessions(
            p.Get<SessionLoader>(), p.Get<LogProof>(), p.Get<SessionConnections>(), p.Get<GrantExpiry>(), p.Get<PendingEndings>(),
            p.Get<TimeProvider>(), p.Get<ILogger<LiveSessions>>()));
        services.AddSingleton<IBootReaped>(p => p.Get<LiveSessions>());
        services.AddSingleton(p => new BrowserCodes(
            p.Get<IDbContextFactory<BrokerDbContext>>(), p.Get<LiveSessions>(), p.Get<ConsentTokens>(), p.Get<GatewayAddresses>(), p.Get<ISecretBox>(),
            p.Get<TimeProvider>()));
        services.AddSingleton(p => new ActorResolver(
            p.Get<IDbContextFactory<BrokerDbContext>>(), p.Get<PeopleRegister>(), p.Get<LogProof>(), p.Get<ILogger<ActorResolver>>()));
        services.AddSingleton(p => new SignInRecorder(p.Get<PeopleRegister>(), p.Get<ActorResolver>(), p.Get<IAuditLog>(), p.Get<TimeProvider>()));
        services.AddSingleton(p => new CatalogueQueries(p.Get<ICatalogue>(), p.Get<TenantList>(), p.Get<ILogKeys>()));
    }

    /// <summary>Their constructors are internal, because what they need is this room's own.</summary>
    private static void AddUseCases(IServiceCollection services)
    {
        services.AddScoped(p => new AskForAccess(
            p.Get<RequestRules>(), p.Get<RecordedChange>(), p.Get<RequestViews>(), p.Get<BrokerDbContext>(), p.Get<IOptions<LifecycleOptions>>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new PreviewRequest(p.Get<RequestRules>(), p.Get<RequestViews>(), p.Get<IOptions<LifecycleOptions>>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new ApproveAccess(
            p.Get<ReviewRules>(), p.Get<LogProof>(), p.Get<RecordedChange>(), p.Get<RequestViews>(), p.Get<GrantViews>(), p.Get<ConsentDrafting>(),
            p.Get<IAuditLog>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new PreviewConsent(p.Get<ReviewRules>(), p.Get<RequestViews>(), p.Get<ConsentDrafting>(), p.Get<BrokerDbContext>()));
        services.AddScoped(p => new DenyAccess(
            p.Get<ReviewRules>(), p.Get<RequestViews>(), p.Get<ConsentDrafting>(), p.Get<PendingEndings>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new CancelRequest(
            p.Get<ReviewRules>(), p.Get<RecordedChange>(), p.Get<RequestViews>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new RequestQueries(p.Get<BrokerDbContext>(), p.Get<RequestViews>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new GrantQueries(p.Get<BrokerDbContext>(), p.Get<GrantViews>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new RevokeGrant(p.Get<GrantStopper>(), p.Get<BrokerDbContext>()));
        services.AddScoped(p => new CancelGrant(p.Get<GrantStopper>(), p.Get<BrokerDbContext>()));
        services.AddScoped(p => new StaffLeaving(p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new ProposeForgetting(
            p.Get<ErasureRules>(), p.Get<StaffLeaving>(), p.Get<RecordedChange>(), p.Get<ErasureViews>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new DecideForgetting(
            p.Get<ErasureRules>(), p.Get<StaffLeaving>(), p.Get<ActorResolver>(), p.Get<RecordedChange>(), p.Get<ErasureViews>(), p.Get<ErasureRunner>(), p.Get<BrokerDbContext>(),
            p.Get<TimeProvider>()));
        services.AddScoped(p => new ErasureQueries(p.Get<ErasureViews>(), p.Get<BrokerDbContext>()));
        services.AddScoped(p => new SessionQueries(p.Get<BrokerDbContext>(), p.Get<GrantViews>()));
        services.AddScoped(p => new StartSession(
            p.Get<RecordedChange>(), p.Get<LogProof>(), p.Get<SessionConnections>(), p.Get<ConsentTokens>(), p.Get<GrantViews>(),
            p.Get<GatewayAddresses>(), p.Get<TenantList>(), p.Get<IAuditLog>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new RenewToken(
            p.Get<OwnSession>(), p.Get<ConsentTokens>(), p.Get<GrantViews>(), p.Get<GatewayAddresses>(), p.Get<IAuditLog>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new EndSession(
            p.Get<SessionConnections>(), p.Get<PendingEndings>(), p.Get<GrantViews>(), p.Get<BrokerDbContext>(), p.Get<TimeProvider>()));
        services.AddScoped(p => new OpenBrowser(
            p.Get<OwnSession>(), p.Get<BrowserCodes>(), p.Get<GatewayAddresses>(), p.Get<IAuditLog>(), p.Get<TimeProvider>()));
    }

    private static T Get<T>(this IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
