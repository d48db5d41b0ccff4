using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AccessBroker.Audit;

/// <summary>
/// As much of OTLP as logs take (opentelemetry-proto, <c>collector/logs/v1</c>). Written by hand and not through the telemetry library, because
/// that one drops what a collector does not take, and here its answer decides whether the stream goes on.
/// </summary>
internal static class OtlpLogs
{
    private const int Info = 9; // SEVERITY_NUMBER_INFO

    /// <summary>An <c>ExportLogsServiceRequest</c> with one record a line.</summary>
    public static byte[] Request(StreamBatch batch)
    {
        var records = new Message();
        records.Add(1, new Message().Text(1, "AccessBroker.Audit")); // scope.name
        foreach (var line in batch.Lines)
            records.Add(2, Record(line));
        var resource = new Message().Add(1, Attribute("service.name", new Message().Text(1, "accessbroker")));
        return new Message().Add(1, new Message().Add(1, resource).Add(2, records)).ToArray();
    }

    /// <summary>
    /// <c>ExportLogsServiceResponse.partial_success</c>: <c>rejected_log_records</c> and <c>error_message</c>, which may also be a warning where
    /// nothing is rejected. 0 and empty for what cannot be read.
    /// </summary>
    public static (long Rejected, string Message) Read(ReadOnlySpan<byte> response)
    {
        var (rejected, message) = (0L, "");
        while (Field(ref response, out var number, out var value, out _))
        {
            if (number != 1)
                continue;
            while (Field(ref value, out var inner, out var text, out var integer))
            {
                if (inner == 1)
                    rejected = Math.Max(0, (long)integer);
                else if (inner == 2)
                    message = Encoding.UTF8.GetString(text);
            }
        }
        return (rejected, message);
    }

    private static Message Record(StreamLine line) => new Message()
        .Fixed(1, (ulong)line.Time * 1000).Fixed(11, (ulong)line.Time * 1000) // time_unix_nano, observed_time_unix_nano
        .Number(2, Info).Add(5, new Message().Bytes(1, line.Bytes)) // body.string_value
        .Add(6, Attribute("accessbroker.idx", new Message().Number(3, (ulong)line.Index)));

    private static Message Attribute(string key, Message value) => new Message().Text(1, key).Add(2, value);

    /// <summary>Reads one field: length-delimited into <paramref name="value"/>, a varint into <paramref name="integer"/>, others are passed over.</summary>
    private static bool Field(ref ReadOnlySpan<byte> message, out int number, out ReadOnlySpan<byte> value, out ulong integer)
    {
        number = 0;
        value = default;
        integer = 0;
        if (!Varint(ref message, out var tag))
            return false;
        number = (int)(tag >> 3);
        ulong length;
        switch (tag & 7)
        {
            case 0: return Varint(ref message, out integer);
            case 1: length = 8; break;
            case 5: length = 4; break;
            case 2 when Varint(ref message, out length): break;
            default: return false;
        }
        if (length > (ulong)message.Length)
            return false;
        value = message[..(int)length];
        message = message[(int)length..];
        return true;
    }

    private static bool Varint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (var i = 0; i < message.Length && i < 10; i++)
        {
            value |= (ulong)(message[i] & 0x7f) << (7 * i);
            if (message[i] >= 0x80)
                continue;
            message = message[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>A protobuf message while it is written.</summary>
    private sealed class Message
    {
        private readonly ArrayBufferWriter<byte> _output = new();

        public Message Number(int field, ulong value) => Varint(((ulong)field << 3) | 0).Varint(value);

        public Message Fixed(int field, ulong value)
        {
            Varint(((ulong)field << 3) | 1);
            BinaryPrimitives.WriteUInt64LittleEndian(_output.GetSpan(sizeof(ulong)), value);
            _output.Advance(sizeof(ulong));
            return this;
        }

        public Message Bytes(int field, ReadOnlySpan<byte> value)
        {
            Varint(((ulong)field << 3) | 2).Varint((ulong)value.Length);
            _output.Write(value);
            return this;
        }

        public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Message Add(int field, Message nested) => Bytes(field, nested._output.WrittenSpan);

        public byte[] ToArray() => _output.WrittenSpan.ToArray();

        private Message Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                Byte((byte)(value | 0x80));
            return Byte((byte)value);
        }

        private Message Byte(byte value)
        {
            _output.GetSpan(1)[0] = value;
            _output.Advance(1);
            return this;
        }
    }
}
