using System.Net;
using System.Security.Cryptography;

namespace AccessBroker.Cli;

/// <summary>
/// Fetches a file that the server keeps, and goes on where it broke off (RFC 9110 §14) as often as it gets further. What arrives is the file only
/// if its SHA-256 is the one that the server said.
/// </summary>
internal sealed class ResumingDownload(ApiClient api, CliHost host, ProgressLine progress)
{
    private const int MaxFruitless = 6;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private string? _etag; // which file the part is a part of

    /// <param name="destination">Written as <c>….part</c> until it is whole.</param>
    /// <param name="sha256">Lower-case hex.</param>
    public async Task FetchAsync(string path, string destination, long bytes, string sha256, CancellationToken cancel)
    {
        var part = destination + ".part";
        await using (var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            for (var fruitless = 0; ;)
            {
                var before = file.Length;
                try
                {
                    await FetchRestAsync(path, file, bytes, cancel);
                    break;
                }
                catch (Exception broken) when (IsBroken(broken, cancel))
                {
                    fruitless = file.Length > before ? 0 : fruitless + 1;
                    if (fruitless == MaxFruitless)
                        throw new CliException(ExitCode.Failure, "download-broken", $"The download broke off at {file.Length} of {bytes} bytes and did not get further: {broken.Message}", "Run the same command again when the network works.");
                    progress.Note($"broke off at {file.Length} bytes, going on");
                    await Task.Delay(FirstPause * Math.Pow(2, fruitless), host.Time, cancel);
                }
            }
            file.Position = 0;
            var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
            if (actual != sha256)
                throw new CliException(ExitCode.Failure, "download-damaged", $"What arrived has the SHA-256 {actual}, and the server said {sha256}.", "Run the same command again; if it stays so, something between you and the server changes files.");
        }
        File.Move(part, destination, overwrite: true);
    }

    private async Task FetchRestAsync(string path, FileStream file, long bytes, CancellationToken cancel)
    {
        using var response = await api.GetPartAsync(path, file.Length, _etag, cancel);
        _etag = response.Headers.ETag?.ToString();
        if (response.StatusCode != HttpStatusCode.PartialContent)
            file.SetLength(0); // whole again: the file is not the one of before
        file.Position = file.Length;
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancel)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            progress.Show("Fetching", file.Length, bytes);
        }
        if (file.Length < bytes)
            throw new HttpIOException(HttpRequestError.ResponseEnded);
    }

    private static bool IsBroken(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException or CliException { Code: Network.Unreachable };
}
