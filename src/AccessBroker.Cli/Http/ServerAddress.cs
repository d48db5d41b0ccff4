namespace AccessBroker.Cli;

/// <summary>Where tokens may be sent: https, or plain http on this machine.</summary>
internal static class ServerAddress
{
    public const string Default = "http://localhost:8480";

    public static Uri Parse(string text)
    {
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https"))
            throw CliException.Usage($"\"{text}\" is not a server's address.", "For example --server https://access.example.com.");
        EnsureSafe(uri);
        return new Uri(uri.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>A token on the open network is a token given away.</summary>
    public static void EnsureSafe(Uri uri)
    {
        if (uri.Scheme == Uri.UriSchemeHttp && !LoopbackNames.IsLoopback(uri.Host))
            throw new CliException(ExitCode.Failure, "plain-http", $"{uri.GetLeftPart(UriPartial.Authority)} is plain HTTP on another machine; your token would be readable on the way.", "Use its https address.");
    }
}
