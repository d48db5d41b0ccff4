using System.Diagnostics;

namespace Story.Calls;

/// <summary>The helpdesk's event stream, held open through the gateway until somebody ends it.</summary>
internal sealed class EventStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpResponseMessage _response;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task<(TimeSpan At, bool Cut)> _end;
    private int _events;

    private EventStream(HttpResponseMessage response)
    {
        _response = response;
        _end = FollowAsync();
    }

    public int Events => Volatile.Read(ref _events);

    /// <summary>Time since it was opened, by the clock that <see cref="CutAsync"/> tells.</summary>
    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Returns when events flow.</summary>
    public static async Task<EventStream> OpenAsync(Walk walk, string token)
    {
        var response = await walk.Gateway.OpenAsync("acme", "helpdesk", "/orgs/acme/tickets/stream", token);
        Walk.Require(response.IsSuccessStatusCode, $"{walk.LastCall} should open a stream, but got {(int)response.StatusCode}.");
        var stream = new EventStream(response);
        while (stream.Events < 2)
        {
            Walk.Require(stream.Now < Patience, $"{walk.LastCall} should send events, but sent {stream.Events} within 10 s.");
            await Task.Delay(50);
        }
        return stream;
    }

    public void MustBeOpen() => Walk.Require(!_end.IsCompleted, "The open stream ended before anybody ended it.");

    /// <summary>When the broker cut it.</summary>
    public async Task<TimeSpan> CutAsync()
    {
        Walk.Require(await Task.WhenAny(_end, Task.Delay(Patience)) == _end, "The open stream should be cut, but 10 s later it still flows.");
        var (at, cut) = await _end;
        Walk.Require(cut, "The stream was ended as if it were complete; what is cut must look cut.");
        return at;
    }

    public void Dispose() => _response.Dispose();

    private async Task<(TimeSpan At, bool Cut)> FollowAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
                if (line.StartsWith("data:", StringComparison.Ordinal)) Interlocked.Increment(ref _events);
            return (_clock.Elapsed, false);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            return (_clock.Elapsed, true);
        }
    }
}
