using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Cli;

/// <summary>Reads one request (RFC 9112), or says why not. Ambiguous lengths are refused rather than guessed.</summary>
internal sealed class HttpCallReader(NetworkStream stream, int maxBody)
{
    private const int MaxHead = 8 * 1024;

    /// <summary>After <see cref="ReadAsync"/> returned null: what to answer.</summary>
    public HttpReply Refusal { get; private set; } = HttpReply.Text(400, "This is no HTTP request.");

    /// <summary>The connection failed while the request was read.</summary>
    public bool IsBroken { get; private set; } = true;

    public async Task<HttpCall?> ReadAsync(CancellationToken cancel)
    {
        var (head, begun) = await ReadHeadAsync(cancel);
        if (head is null || ReadLine(head[0]) is not var (method, path))
            return Refused(Refusal);
        if (LengthOf(head.AsSpan(1)) is not { } length)
            return Refused(HttpReply.Text(411, "Say the body's length in one Content-Length header, without a transfer encoding."));
        if (length > maxBody || begun.Length > length)
            return Refused(HttpReply.Text(413, $"A body has at most {maxBody} bytes."));
        if (head.Any(line => line.Equals("Expect: 100-continue", StringComparison.OrdinalIgnoreCase)))
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancel);
        var body = new byte[length];
        begun.CopyTo(body, 0);
        await stream.ReadExactlyAsync(body.AsMemory(begun.Length), cancel);
        IsBroken = false;
        return new HttpCall(method, path, body);
    }

    private HttpCall? Refused(HttpReply reply)
    {
        (Refusal, IsBroken) = (reply, false);
        return null;
    }

    /// <returns>The head's lines, and what came of the body with them.</returns>
    private async Task<(string[]? Lines, byte[] Begun)> ReadHeadAsync(CancellationToken cancel)
    {
        var buffer = new byte[MaxHead];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) break;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return (Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n"), buffer[(end + 4)..length]);
        }
        return (null, []);
    }

    private static (string Method, string Path)? ReadLine(string line) =>
        line.Split(' ') is [var method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"] ? (method, target.Split('?', 2)[0]) : null;

    /// <summary>0 where none is said; null where it is said twice, wrongly, or by chunks, or a header is none.</summary>
    private static int? LengthOf(ReadOnlySpan<string> headers)
    {
        int? length = null;
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : header[..colon];
            if (name.Length == 0 || name.Contains(' ', StringComparison.Ordinal) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                return null;
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                continue;
            var digits = header[(colon + 1)..].Trim(' ');
            if (length is not null || digits.Length == 0 || !digits.All(char.IsAsciiDigit))
                return null;
            length = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : int.MaxValue;
        }
        return length ?? 0;
    }
}
