namespace AccessBroker.Cli;

/// <summary>A request that was read whole.</summary>
/// <param name="Path">The target without its query.</param>
internal sealed record HttpCall(string Method, string Path, byte[] Body);

/// <summary>What is answered.</summary>
internal sealed record HttpReply(int Status, string ContentType, string Body)
{
    public static HttpReply Text(int status, string sentence) => new(status, "text/plain; charset=utf-8", sentence + "\n");
}
