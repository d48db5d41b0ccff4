using AccessBroker.Access;
using AccessBroker.Grants;

namespace AccessBroker.Gateway;

/// <summary>One request that was allowed, from its intent to its outcome.</summary>
internal sealed class Exchange(Guid id, Arrival arrival, LiveSession live, OperationDefinition operation, TargetDefinition target, CapturedBody body, TimeProvider time)
{
    private string? _cut;
    private long _messages;

    /// <summary>Of the intent entry; the upstream is told it too.</summary>
    public Guid Id { get; } = id;

    public Arrival Arrival { get; } = arrival;

    public LiveSession Live { get; } = live;

    /// <summary>As approved.</summary>
    public OperationDefinition Operation { get; } = operation;

    public TargetDefinition Target { get; } = target;

    public CapturedBody Body { get; } = body;

    /// <summary>The response, or what the upstream said in a WebSocket.</summary>
    public StreamDigest ToClient { get; } = new(time);

    /// <summary>A request body too large for the intent, or what the client said in a WebSocket; null otherwise.</summary>
    public StreamDigest? FromClient { get; private set; } = body.Passing;

    /// <summary>WebSocket messages of the client that were recorded.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Why it ended before its end; null where it did not.</summary>
    public string? Cut => Volatile.Read(ref _cut);

    public DateTimeOffset LastByteAt() =>
        FromClient is { } from && from.LastByteAt > ToClient.LastByteAt ? from.LastByteAt : ToClient.LastByteAt;

    public long NextMessage() => Interlocked.Increment(ref _messages) - 1;

    public StreamDigest OpenWebSocket() => FromClient = new StreamDigest(time);

    /// <summary>The first reason stays: what follows a cut is only its consequence.</summary>
    public void NoteCut(string why) => Interlocked.CompareExchange(ref _cut, why, null);

    /// <summary>Closes the client's connection now, and by that the upstream's.</summary>
    public void Abort(string why)
    {
        NoteCut(why);
        Arrival.Context.Abort();
    }
}
