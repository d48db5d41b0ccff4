namespace AccessBroker.Cli;

/// <summary>How far something is, on stderr: one line that changes for a person, a line now and then for a log.</summary>
internal sealed class ProgressLine(CliHost host)
{
    private const int Width = 30;
    private static readonly TimeSpan ForPeople = TimeSpan.FromMilliseconds(100), ForLogs = TimeSpan.FromSeconds(5);

    private long _told;
    private bool _isOpen;

    /// <param name="total">0 where nobody knows.</param>
    public void Show(string what, long done, long total)
    {
        if (!IsTime()) return;
        var share = total > 0 ? (int)Math.Min(100, done * 100 / total) : 0;
        if (!host.ErrorIsTerminal)
        {
            host.Talk($"{what}: {done} of {(total > 0 ? total : "?")}");
            return;
        }
        host.Error.Write($"\r{what} [{new string('#', share * Width / 100).PadRight(Width, '.')}] {share,3} %\e[K");
        _isOpen = true;
    }

    /// <summary>Something is waited for, of which nobody knows how far it is.</summary>
    public void Wait(string what)
    {
        if (!IsTime()) return;
        if (!host.ErrorIsTerminal)
        {
            host.Talk(what);
            return;
        }
        host.Error.Write($"\r{what}\e[K");
        _isOpen = true;
    }

    /// <summary>Says something that stays.</summary>
    public void Note(string sentence)
    {
        End();
        host.Talk(sentence);
    }

    /// <summary>The line is done with.</summary>
    public void End()
    {
        if (_isOpen) host.Error.Write("\r\e[K");
        _isOpen = false;
        _told = 0;
    }

    private bool IsTime()
    {
        if (_told != 0 && host.Time.GetElapsedTime(_told) < (host.ErrorIsTerminal ? ForPeople : ForLogs)) return false;
        _told = host.Time.GetTimestamp();
        return true;
    }
}
