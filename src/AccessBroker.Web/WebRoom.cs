using AccessBroker.Contracts;
using AccessBroker.Web.Api;
using AccessBroker.Web.Assets;
using AccessBroker.Web.Checks;
using AccessBroker.Web.Exports;
using AccessBroker.Web.Live;
using AccessBroker.Web.Pages.Auditors;
using AccessBroker.Web.Pages.Customers;
using AccessBroker.Web.Pages.Engineers;
using AccessBroker.Web.Pages.Entry;
using AccessBroker.Web.Pages.Shared;
using AccessBroker.Web.Schedules;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccessBroker.Web;

/// <summary>The door for people and for programs that speak JSON: <c>/</c>, <c>/c</c>, <c>/e</c>, <c>/a</c>, <c>/api/v1</c>, <c>/log</c>.</summary>
public static class WebRoom
{
    public static IServiceCollection AddWeb(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRazorComponents();
        services.AddOpenApiDocument();
        services.AddWebPolicies();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default));
        services.AddAntiforgery(options => options.SuppressXFrameOptionsHeader = true); // frame-ancestors 'none' says it
        services.AddSingleton<Flash>();
        services.AddSingleton<LiveFeeds>();
        services.AddScoped<GrantTimeline>();
        services.AddSingleton<EventWords>();
        services.AddScoped<EventViews>();
        services.AddScoped<PeopleDirectory>();
        services.AddScoped<ReadableTrails>();
        services.AddSingleton<ReadingEntries>();
        services.AddScoped<SearchTrails>();
        services.AddScoped<ReadEntry>();
        services.AddScoped<ExportTrail>();
        services.AddSingleton<LogChecks>();
        services.AddScoped<ExportWriter>();
        services.AddScoped<ExportJobs>();
        services.AddSingleton<ExportSpool>();
        services.AddSingleton<ExportRunner>();
        services.AddHostedService(p => p.GetRequiredService<ExportRunner>());
        services.AddExportOptions(configuration);
        services.AddScoped<ExportLog>();
        services.AddScoped<ScheduledRun>();
        services.AddScoped<ListSchedules>();
        services.AddSingleton<ScheduleMetrics>();
        services.AddSingleton<Schedules.Schedules>();
        services.AddSingleton<IScheduleHealth>(p => p.GetRequiredService<Schedules.Schedules>());
        services.AddHostedService(p => p.GetRequiredService<Schedules.Schedules>());
        return services;
    }

    /// <summary>Apart, so that a start can ask them before anything is opened.</summary>
    public static IServiceCollection AddExportOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ExportOptions>().Bind(configuration.GetSection("Exports")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExportOptions>, ExportValidation>();
        services.AddOptions<SchedulesOptions>().Bind(configuration.GetSection("Log")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SchedulesOptions>, ScheduleValidation>();
        return services;
    }

    public static void MapWeb(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization(WebPolicies.Api);
        api.MapMe();
        api.MapRequests();
        api.MapGrants();
        api.MapSessions();
        api.MapAudit();
        api.MapErasures();

        app.MapLog();
        app.MapPublic();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapAssets();

        var pages = app.MapGroup("").AddEndpointFilter<PageForms>().ExcludeFromDescription();
        pages.MapEntry();
        pages.MapCustomers();
        pages.MapEngineers();
        pages.MapAuditors();
    }
}
