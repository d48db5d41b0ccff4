using Helpdesk;
using Helpdesk.Access;
using Helpdesk.Attachments;
using Helpdesk.Chat;
using Helpdesk.Data;
using Helpdesk.Orders;
using Helpdesk.Page;
using Helpdesk.Tickets;

if (HelpdeskOptions.Parse(args, out var errors) is not { } options)
{
    foreach (var error in errors)
        Console.Error.WriteLine(error);
    Console.Error.WriteLine(HelpdeskOptions.Usage);
    return 2;
}

if (ServiceCredential.TryRead(options.CredentialFile, out var problem) is not { } credential)
{
    Console.Error.WriteLine(problem);
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls(options.Urls);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(_ => Database.OpenOrSeed(options.DataFolder, TimeProvider.System));
builder.Services.AddSingleton(_ => new AccessLog(options.AccessLogFile, TimeProvider.System));
builder.Services.AddSingleton<TicketStore>();
builder.Services.AddSingleton<TicketEvents>();
builder.Services.AddSingleton<ChatRooms>();
builder.Services.AddProblemDetails(Problems.Configure);

var app = builder.Build();
app.Services.GetRequiredService<Database>();

app.MapWhen(context => context.Request.Path == "/healthz", health => health.Run(context => context.Response.WriteAsync("ok")));
app.UseMiddleware<AccessLogMiddleware>();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseMiddleware<CredentialMiddleware>(credential);
app.UseWebSockets();
app.UseRouting();

var org = app.MapGroup("/orgs/{org}").AddEndpointFilter<KnownOrganisationFilter>();
org.MapPage();
org.MapTickets();
org.MapOrders();
org.MapPeople();
org.MapAttachments();
org.MapChat();

await app.RunAsync();
return 0;
