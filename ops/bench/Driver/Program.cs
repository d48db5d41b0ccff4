using System.Runtime.InteropServices;
using Bench;

// Ctrl-C and kill end the measurement, and then everything that was started for it.
using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    var options = BenchOptions.Parse(args);
    await using var stage = new Stage();
    await stage.StartAsync(options).WaitAsync(interrupted.Token);
    var results = await Rounds.RunAsync(options, stage).WaitAsync(interrupted.Token);
    await Report.WriteAsync(options, results);
    return 0;
}
catch (BenchException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
