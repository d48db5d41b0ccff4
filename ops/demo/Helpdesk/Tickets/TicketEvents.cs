using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Helpdesk.Tickets;

/// <summary>Something that a follower of the stream sees.</summary>
/// <param name="Kind"><c>commented</c> and <c>status</c>: a ticket changed; <c>queue</c>: how many tickets are unsolved, each half second.</param>
/// <param name="Ticket">The ticket; for <c>queue</c> the one that waited longest, or null when none waits.</param>
internal sealed record TicketEvent(string Kind, long? Ticket, string Text)
{
    /// <summary>Counts the events of one stream, from 1: a gap-free sequence shows exactly where a stream was cut.</summary>
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>Hands what happens to tickets to everybody who follows the organisation's stream.</summary>
internal sealed class TicketEvents(TicketStore store, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<Channel<TicketEvent>, string> followers = new();

    public void Publish(string org, TicketEvent what)
    {
        foreach (var (follower, theirs) in followers)
            if (theirs == org)
                follower.Writer.TryWrite(what);
    }

    /// <summary>Events until the token is cancelled, which ends the sequence without an exception; the first comes at once.</summary>
    public async IAsyncEnumerable<TicketEvent> FollowAsync(string org, [EnumeratorCancellation] CancellationToken ended)
    {
        // Bounded, oldest dropped: a follower that does not read must not fill the memory.
        var mine = Channel.CreateBounded<TicketEvent>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropOldest });
        followers[mine] = org;
        try
        {
            for (var id = 1L; !ended.IsCancellationRequested; id++)
            {
                yield return (mine.Reader.TryRead(out var happened) ? happened : Queue(org)) with { Id = id, At = time.GetUtcNow() };
                await NextAsync(mine.Reader, ended);
            }
        }
        finally
        {
            followers.TryRemove(mine, out _);
        }
    }

    /// <summary>Returns when something happened, a beat has passed, or the stream ended.</summary>
    private async Task NextAsync(ChannelReader<TicketEvent> reader, CancellationToken ended)
    {
        using var beat = new CancellationTokenSource(Beat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, ended);
        try
        {
            await reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The beat or the end: the loop above tells them apart.
        }
    }

    private TicketEvent Queue(string org)
    {
        var unsolved = store.Find(org).Where(ticket => ticket.Status != "solved").ToList();
        var oldest = unsolved.MinBy(ticket => ticket.UpdatedAt);
        return new("queue", oldest?.Id, $"{unsolved.Count} unsolved"
            + (oldest is null ? "" : $", longest without a change: {(time.GetUtcNow() - oldest.UpdatedAt).TotalHours:0} h"));
    }
}
