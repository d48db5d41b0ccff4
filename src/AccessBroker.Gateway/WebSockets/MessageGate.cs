using System.Buffers;

namespace AccessBroker.Gateway;

/// <summary>Kind, size and hash of one client message; a control frame that carries a payload counts as one.</summary>
internal readonly record struct ClientMessage(string Kind, int Bytes, string Sha256);

/// <summary>The client broke the WebSocket protocol or sent a larger message than the gateway takes.</summary>
internal sealed class MessageRefusedException(string cut) : IOException("The WebSocket was cut: " + cut)
{
    /// <summary>As it stands in the outcome: <c>websocket-protocol</c> or <c>message-too-large</c>.</summary>
    public string Cut { get; } = cut;
}

/// <summary>
/// Holds a client's WebSocket frames back until the message they belong to is complete and recorded (RFC 6455 §5). What
/// comes out is byte for byte what came in; control frames may overtake an unfinished message, as §5.4 allows.
/// </summary>
/// <param name="record">Makes a message durable in the log; only when it returns are the frames let through.</param>
internal sealed class MessageGate(Func<ClientMessage, ValueTask> record)
{
    /// <summary>Largest message, in bytes of payload.</summary>
    public const int MaxMessage = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _message = new();  // raw frames of the unfinished message
    private readonly ArrayBufferWriter<byte> _payload = new();  // the same, unmasked
    private readonly ArrayBufferWriter<byte> _released = new(); // raw frames that may go on
    private byte[] _input = new byte[4096];
    private int _length;
    private int _taken;
    private Opcode? _kind; // of the unfinished message

    /// <summary>Room for bytes as they come from the client; tell with <see cref="AdvanceAsync"/> how many came.</summary>
    public Memory<byte> Room()
    {
        if (_length == _input.Length)
            Array.Resize(ref _input, _input.Length * 2);
        return _input.AsMemory(_length);
    }

    /// <exception cref="MessageRefusedException">Nothing more may pass.</exception>
    public async ValueTask AdvanceAsync(int count)
    {
        _length += count;
        var at = 0;
        while (TryReadFrame(_input.AsSpan(at, _length - at), out var frame))
        {
            if (Take(frame, _input.AsSpan(at, frame.Length)) is { } message)
                await record(message);
            Release(frame, _input.AsSpan(at, frame.Length));
            at += frame.Length;
        }

        _input.AsSpan(at, _length - at).CopyTo(_input);
        _length -= at;
    }

    /// <summary>Moves what may go on to <paramref name="destination"/>; 0 where nothing may.</summary>
    public int TakeReleased(Span<byte> destination)
    {
        var left = _released.WrittenSpan[_taken..];
        var count = Math.Min(left.Length, destination.Length);
        left[..count].CopyTo(destination);
        _taken += count;
        if (_taken == _released.WrittenCount)
        {
            _released.ResetWrittenCount();
            _taken = 0;
        }

        return count;
    }

    private bool TryReadFrame(ReadOnlySpan<byte> bytes, out ClientFrame frame)
    {
        switch (ClientFrame.ReadHeader(bytes, MaxMessage - _payload.WrittenCount, out frame))
        {
            case ClientFrame.Reading.NeedMore:
                return false;
            case ClientFrame.Reading.TooLarge:
                throw new MessageRefusedException("message-too-large");
            case ClientFrame.Reading.Violation:
                throw new MessageRefusedException("websocket-protocol");
            default:
                // §5.4: a message begins with its kind and goes on with continuations.
                if (!frame.IsControl && (frame.Opcode == Opcode.Continuation) != _kind.HasValue)
                    throw new MessageRefusedException("websocket-protocol");
                return bytes.Length >= frame.Length;
        }
    }

    /// <summary>The message that this frame completes, or null.</summary>
    private ClientMessage? Take(ClientFrame frame, ReadOnlySpan<byte> raw)
    {
        var payload = raw[frame.HeaderLength..];
        if (frame.IsControl)
        {
            if (payload.IsEmpty)
                return null;
            Span<byte> clear = stackalloc byte[payload.Length];
            frame.Unmask(payload, clear);
            return new ClientMessage(NameOf(frame.Opcode), payload.Length, Sha256.Of(clear));
        }

        _kind ??= frame.Opcode;
        frame.Unmask(payload, _payload.GetSpan(payload.Length));
        _payload.Advance(payload.Length);
        return frame.Final ? new ClientMessage(NameOf(_kind.Value), _payload.WrittenCount, Sha256.Of(_payload.WrittenSpan)) : null;
    }

    private void Release(ClientFrame frame, ReadOnlySpan<byte> raw)
    {
        if (frame.IsControl)
        {
            _released.Write(raw);
            return;
        }

        if (!frame.Final)
        {
            _message.Write(raw);
            return;
        }

        _released.Write(_message.WrittenSpan);
        _released.Write(raw);
        _message.ResetWrittenCount();
        _payload.ResetWrittenCount();
        _kind = null;
    }

    private static string NameOf(Opcode opcode) => opcode switch
    {
        Opcode.Text => "text",
        Opcode.Binary => "binary",
        Opcode.Close => "close",
        Opcode.Ping => "ping",
        _ => "pong",
    };
}
