using System.IO.Compression;

namespace AccessBroker.Cli;

/// <summary>Saves an exported zip, as it is or unpacked.</summary>
internal static class Download
{
    /// <param name="destination">Ends in <c>.zip</c>: the zip itself; else a folder that is new or empty.</param>
    public static async Task SaveAsync(CliHost host, HttpResponseMessage response, string destination, CancellationToken cancel)
    {
        var isZip = destination.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        if (!isZip && Directory.Exists(destination) && Directory.EnumerateFileSystemEntries(destination).Any())
            throw CliException.Usage($"{destination} is not empty: files of another export would mix with this one.", "Name a new folder.");

        var zip = isZip ? destination : Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (var file = new FileStream(zip, isZip ? FileMode.Create : FileMode.CreateNew))
                await CopyAsync(host, response, file, cancel);
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
        host.Talk($"Saved to {destination}.");
    }

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
