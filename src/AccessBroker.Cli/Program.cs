using AccessBroker.Cli;

return await CommandTree.RunAsync(args, CliHost.OfProcess());
