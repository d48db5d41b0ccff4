namespace AccessBroker.Cli;

/// <summary>Tiles fetched, on stderr, once it takes longer than two seconds.</summary>
internal sealed class LiveProgress(CliHost host) : IProgress<(long Done, long Total)>
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly long _started = host.Time.GetTimestamp();
    private readonly ProgressLine _line = new(host);

    public void Report((long Done, long Total) value)
    {
        if (host.Time.GetElapsedTime(_started) > Silence) _line.Show("Fetching tiles", value.Done, value.Total);
    }

    public void End() => _line.End();
}
