using System.IO.Compression;

namespace AccessBroker.Cli;

/// <summary>Saves an exported zip, as it is or unpacked.</summary>
internal static class Download
{
    /// <param name="destination">Ends in <c>.zip</c>: the zip itself; else a folder that is new or empty.</param>
    public static async Task SaveAsync(CliHost host, HttpResponseMessage response, string destination, CancellationToken cancel)
    {
        await SaveZipAsync(destination, async (zip, stop) =>
        {
            await using var file = new FileStream(zip, FileMode.Create);
            await CopyAsync(host, response, file, stop);
        }, cancel);
        host.Talk($"Saved to {destination}.");
    }

    /// <summary>Refuses a folder with files in it before anything is made.</summary>
    public static void Check(string destination)
    {
        if (!IsZip(destination) && Directory.Exists(destination) && Directory.EnumerateFileSystemEntries(destination).Any())
            throw CliException.Usage($"{destination} is not empty: files of another export would mix with this one.", "Name a new folder.");
    }

    /// <param name="fetch">Writes the zip to the path that it is given.</param>
    public static async Task SaveZipAsync(string destination, Func<string, CancellationToken, Task> fetch, CancellationToken cancel)
    {
        Check(destination);
        var isZip = IsZip(destination);
        var zip = isZip ? destination : Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await fetch(zip, cancel);
            if (!isZip)
            {
                // Refuses names that lead out of the folder.
                ZipFile.ExtractToDirectory(zip, destination);
            }
        }
        catch (InvalidDataException)
        {
            throw new CliException(ExitCode.Failure, "unreadable-answer", "What the server sent is not a whole zip file.", "Try again; if it stays so, tell your administrator.");
        }
        finally
        {
            if (!isZip) File.Delete(zip);
        }
    }

    private static bool IsZip(string destination) => destination.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    private static async Task CopyAsync(CliHost host, HttpResponseMessage response, FileStream file, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[128 * 1024];
        var told = host.Time.GetTimestamp();
        int read;
        while ((read = await body.ReadAsync(buffer, cancel)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            if (host.Time.GetElapsedTime(told) < TimeSpan.FromSeconds(2)) continue;
            host.Talk($"{file.Length / 1048576.0:0.0} MB …");
            told = host.Time.GetTimestamp();
        }
    }
}
