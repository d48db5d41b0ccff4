using System.Globalization;
using AccessBroker.Crash.Writer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Settings as the server takes them: --Storage:Provider=Sqlite --Storage:ConnectionString=… --Keys:Folder=…
using var host = await BrokerHost.StartAsync(args);
Acknowledgements.Ready();
if (host.Services.GetRequiredService<IConfiguration>()["Append"] is { } entries)
{
    // So many of its own, then it ends as a broker ends.
    Console.In.ReadLine(); // all of them begin together
    await Load.AppendAsync(host.Services, int.Parse(entries, CultureInfo.InvariantCulture));
    await host.StopAsync();
    return;
}
// Until somebody kills this process. It must not outlive whoever started it: then its input ends.
await Task.WhenAny(Load.RunAsync(host.Services), Task.Run(Console.In.ReadToEnd));
