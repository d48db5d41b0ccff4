using System.Buffers.Binary;
using CsCheck;

namespace AccessBroker.Gateway.Tests.WebSockets;

public sealed class MessageGateTests
{
    private readonly List<ClientMessage> _recorded = [];
    private readonly MessageGate _gate;

    public MessageGateTests() => _gate = new MessageGate(message =>
    {
        _recorded.Add(message);
        return ValueTask.CompletedTask;
    });

    internal static byte[] Frame(Opcode opcode, ReadOnlySpan<byte> payload, bool final = true, bool masked = true)
    {
        var header = new List<byte> { (byte)((final ? 0x80 : 0) | (byte)opcode) };
        var mask = (byte)(masked ? 0x80 : 0);
        if (payload.Length < 126)
        {
            header.Add((byte)(mask | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            header.Add((byte)(mask | 126));
            header.AddRange([(byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            header.Add((byte)(mask | 127));
            var length = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            header.AddRange(length);
        }

        byte[] key = [0x37, 0xfa, 0x21, 0x3d];
        if (masked)
            header.AddRange(key);
        for (var i = 0; i < payload.Length; i++)
            header.Add((byte)(payload[i] ^ (masked ? key[i % 4] : 0)));
        return [.. header];
    }

    private async Task<byte[]> PushAsync(byte[] bytes, int step = int.MaxValue)
    {
        var released = new MemoryStream();
        var buffer = new byte[1000];
        for (var at = 0; at < bytes.Length;)
        {
            var room = _gate.Room();
            var count = Math.Min(Math.Min(room.Length, step), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(room.Span);
            await _gate.AdvanceAsync(count);
            at += count;
            int taken;
            while ((taken = _gate.TakeReleased(buffer)) > 0)
                released.Write(buffer, 0, taken);
        }

        return released.ToArray();
    }

    /// <summary>RFC 6455 §5.7: "a single-frame masked text message (contains "Hello")".</summary>
    [Fact]
    public async Task Advance_TheSpecificationsExample_IsReadAsHello()
    {
        byte[] hello = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        Assert.Equal(hello, await PushAsync(hello));
        Assert.Equal(new ClientMessage("text", 5, Sha256.Of("Hello"u8)), Assert.Single(_recorded));
    }

    [Fact]
    public async Task Advance_UnfinishedMessage_IsHeldBack()
    {
        var first = Frame(Opcode.Text, "one "u8, final: false);
        Assert.Empty(await PushAsync(first));
        Assert.Empty(_recorded);
        var ping = Frame(Opcode.Ping, "now"u8);
        Assert.Equal(ping, await PushAsync(ping));
        var last = Frame(Opcode.Continuation, "two"u8);
        byte[] both = [.. first, .. last];
        Assert.Equal(both, await PushAsync(last));
        Assert.Equal([("ping", 3), ("text", 7)], _recorded.Select(m => (m.Kind, m.Bytes)));
        Assert.Equal(Sha256.Of("one two"u8), _recorded[1].Sha256);
    }

    [Fact]
    public async Task Advance_NotRecorded_NothingPasses()
    {
        var gate = new MessageGate(_ => throw new InvalidOperationException("not recorded"));
        var frame = Frame(Opcode.Text, "secret"u8);
        frame.CopyTo(gate.Room());
        await Assert.ThrowsAsync<InvalidOperationException>(() => gate.AdvanceAsync(frame.Length).AsTask());
        Assert.Equal(0, gate.TakeReleased(new byte[100]));
    }

    /// <summary>Whatever the pieces in which the bytes arrive: the same goes on, and the same is recorded.</summary>
    [Fact]
    public void Advance_AnyPieces_ReleasesExactlyWhatCame() =>
        Gen.Select(Gen.Int[0, 70_000].Array[1, 4], Gen.Int[1, 5000]).Sample((lengths, step) =>
        {
            var fresh = new MessageGateTests();
            byte[] bytes = [.. lengths.SelectMany(l => Frame(Opcode.Binary, new byte[l]))];
            Assert.Equal(bytes, fresh.PushAsync(bytes, step).GetAwaiter().GetResult());
            Assert.Equal(lengths, fresh._recorded.Select(m => m.Bytes));
        }, iter: 20);

    public static TheoryData<string, byte[]> Violations => new()
    {
        { "unmasked", Frame(Opcode.Text, "x"u8, masked: false) },
        { "reserved bit: compressed", [0xC1, 0x80, 0, 0, 0, 0] },
        { "unknown opcode", [0x83, 0x80, 0, 0, 0, 0] },
        { "continuation of nothing", Frame(Opcode.Continuation, "x"u8) },
        { "fragmented ping", Frame(Opcode.Ping, "x"u8, final: false) },
        { "long ping", [0x89, 0xFE, 0x01, 0x00, 0, 0, 0, 0] },
        { "text inside text", [.. Frame(Opcode.Text, "x"u8, final: false), .. Frame(Opcode.Text, "y"u8)] },
        { "length not minimal, 16 bits", [0x82, 0xFE, 0x00, 0x05, 0, 0, 0, 0] },
        { "length not minimal, 64 bits", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0] },
        { "length beyond 63 bits", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Advance_Violation_Cuts(string name, byte[] bytes)
    {
        var refused = await Assert.ThrowsAsync<MessageRefusedException>(() => PushAsync(bytes));
        Assert.True(refused.Cut == "websocket-protocol", name);
        Assert.Empty(_recorded);
    }

    [Fact]
    public async Task Advance_ManySmallFragments_CountTogetherAgainstTheLimit()
    {
        var half = new byte[MessageGate.MaxMessage / 2];
        Assert.Empty(await PushAsync([.. Frame(Opcode.Binary, half, final: false), .. Frame(Opcode.Continuation, half, final: false)]));
        var refused = await Assert.ThrowsAsync<MessageRefusedException>(() => PushAsync(Frame(Opcode.Continuation, "x"u8)));
        Assert.Equal("message-too-large", refused.Cut);
    }
}
