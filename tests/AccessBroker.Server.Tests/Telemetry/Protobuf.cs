namespace AccessBroker.Server.Tests.Telemetry;

/// <summary>As much of the protobuf wire format as it takes to find a field by its numbers.</summary>
internal static class Protobuf
{
    /// <summary>All length-delimited values at a path of field numbers, outermost first.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Find(ReadOnlyMemory<byte> message, params int[] path) =>
        path is [var field, .. var rest] ? Values(message, field).SelectMany(value => Find(value, rest)) : [message];

    private static List<ReadOnlyMemory<byte>> Values(ReadOnlyMemory<byte> message, int field)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            var length = (int)(tag & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Varint(ref message),
                5 => 4,
                var type => throw new InvalidDataException($"Wire type {type} is not in OTLP."),
            };
            if ((tag & 7) == 0) Varint(ref message);
            else if ((tag & 7) == 2 && (int)(tag >> 3) == field) found.Add(message[..length]);
            message = message[length..];
        }
        return found;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var i = 0; ; i++)
        {
            var next = message.Span[i];
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                message = message[(i + 1)..];
                return value;
            }
        }
    }
}
