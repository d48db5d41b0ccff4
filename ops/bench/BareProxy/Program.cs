using Yarp.ReverseProxy.Configuration;

// Nothing but the proxy, at its defaults: no authentication, no decision, no log.
// Arguments: --urls http://127.0.0.1:PORT --upstream http://127.0.0.1:PORT
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "upstream", Match = new RouteMatch { Path = "{**path}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "upstream",
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = builder.Configuration["upstream"]! } },
        },
    ]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();
