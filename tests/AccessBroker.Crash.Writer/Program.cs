using AccessBroker.Crash.Writer;

// Settings as the server takes them: --Storage:Provider=Sqlite --Storage:ConnectionString=… --Keys:Folder=…
using var host = await BrokerHost.StartAsync(args);
Acknowledgements.Ready();
// Until somebody kills this process. It must not outlive whoever started it: then its input ends.
await Task.WhenAny(Load.RunAsync(host.Services), Task.Run(Console.In.ReadToEnd));
