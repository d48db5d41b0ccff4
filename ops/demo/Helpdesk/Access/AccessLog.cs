using System.Text.Encodings.Web;
using System.Text.Json;

namespace Helpdesk.Access;

/// <summary>One request that was served, as it stands in the access log (names in snake case).</summary>
/// <param name="Time">When the request came in, UTC.</param>
/// <param name="Path">As it was sent, still percent-encoded.</param>
/// <param name="Query">With its question mark, or empty.</param>
/// <param name="Bytes">Of the response's body, or of what a WebSocket sent.</param>
/// <param name="Entry">The gateway's audit entry that announced the request; null when it came past the gateway.</param>
/// <param name="Engineer">Who called, as the gateway says; null when it says nothing.</param>
internal sealed record AccessLine(
    DateTimeOffset Time, string Method, string Path, string Query, int Status, long Bytes, string? Entry, string? Engineer);

/// <summary>Appends <see cref="AccessLine"/>s to a file, one JSON object a line, each written by a single call.</summary>
/// <remarks>A reader that follows the file never sees half a line, and a line that was written survives the process.</remarks>
internal sealed class AccessLog(string file, TimeProvider time) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock writing = new();

    // Buffer size 0: each write goes to the operating system at once.
    private readonly FileStream stream = new(Created(file), new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
    });

    public DateTimeOffset Now => time.GetUtcNow();

    public void Write(AccessLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n'];
        lock (writing)
            stream.Write(bytes);
    }

    public void Dispose() => stream.Dispose();

    private static string Created(string file)
    {
        var full = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
