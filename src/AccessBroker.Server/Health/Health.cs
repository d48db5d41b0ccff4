using System.Text.Json.Serialization;
using AccessBroker.Audit;
using AccessBroker.Web.Schedules;

namespace AccessBroker.Server;

/// <summary>
/// <c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can do its work, which it cannot while the log cannot be
/// written; 503 then, with the reason. For probes: no sign-in, nothing in it that is not theirs to know.
/// </summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Json(new HealthView("ok", []), HealthJson.Default.HealthView)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/healthz/ready", (IAuditHealth audit, IWitnessHealth witnesses, IStreamHealth streams, IServiceProvider rooms) =>
        {
            List<HealthCheckView> checks = [new("log", audit.Ready, audit.Detail)];
            if (witnesses.Any) checks.Add(new("witnesses", witnesses.Well, witnesses.Detail)); // told, but the broker works without them
            if (streams.Any) checks.Add(new("streams", streams.Well, streams.Detail)); // the same
            if (rooms.GetService<IScheduleHealth>() is { Any: true } schedules) checks.Add(new("schedules", schedules.Well, schedules.Detail)); // where the web room is open
            var view = new HealthView(audit.Ready ? "ok" : "not-ready", checks);
            return TypedResults.Json(view, HealthJson.Default.HealthView, statusCode: audit.Ready ? 200 : 503);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <param name="Status"><c>ok</c> or <c>not-ready</c>.</param>
internal sealed record HealthView(string Status, IReadOnlyList<HealthCheckView> Checks);

/// <param name="Detail">Why, in words.</param>
internal sealed record HealthCheckView(string Name, bool Ok, string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
