using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Audit;

namespace AccessBroker.Crash.Writer;

/// <summary>
/// One line for each thing that the log promised, written only after it had: <c>entry {id} {index} {sha256 of body}</c>,
/// <c>changed {id}</c> for a row that was committed with its entry, <c>checkpoint {size} {base64 of the note}</c>. A line is one
/// write to the pipe, so a kill leaves whole lines.
/// </summary>
internal static class Acknowledgements
{
    private static readonly Stream Output = Console.OpenStandardOutput();
    private static readonly Lock Gate = new();

    public static void Ready() => Write("ready");

    public static void Entry(AppendedEntry entry, byte[] body) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"entry {entry.Id:N} {entry.Index} {Convert.ToHexStringLower(SHA256.HashData(body))}"));

    public static void Changed(Guid entry) => Write($"changed {entry:N}");

    public static void Checkpoint(Publication publication) => Write(string.Create(
        CultureInfo.InvariantCulture, $"checkpoint {publication.Size} {Convert.ToBase64String(Encoding.UTF8.GetBytes(publication.Note))}"));

    private static void Write(string line)
    {
        var bytes = Encoding.ASCII.GetBytes(line + "\n");
        lock (Gate)
            Output.Write(bytes);
    }
}
