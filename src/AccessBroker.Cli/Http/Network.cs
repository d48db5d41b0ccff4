namespace AccessBroker.Cli;

/// <summary>Sends, and says in a sentence when nobody answers.</summary>
internal static class Network
{
    public const string Unreachable = "unreachable";

    public static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException failed)
        {
            throw NoAnswer(request.RequestUri!, failed.InnerException?.Message ?? failed.Message);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw NoAnswer(request.RequestUri!, $"no answer within {http.Timeout.TotalSeconds:0} s");
        }
    }

    private static CliException NoAnswer(Uri address, string why) => new(
        ExitCode.Failure, Unreachable, $"{address.GetLeftPart(UriPartial.Authority)} cannot be reached: {why}",
        "Is the address right and the server up? accessbroker doctor tells more.");
}
