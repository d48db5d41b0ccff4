using AccessBroker.Crash.Writer;

// Settings as the server takes them: --Storage:Provider=Sqlite --Storage:ConnectionString=… --Keys:Folder=…
using var host = await BrokerHost.StartAsync(args);
Acknowledgements.Ready();
await Load.RunAsync(host.Services); // until somebody kills this process: it has no other end
