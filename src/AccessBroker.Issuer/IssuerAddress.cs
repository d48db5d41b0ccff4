using Microsoft.Extensions.Configuration;

namespace AccessBroker.Issuer;

/// <summary>Where people reach the portal and its issuer: <c>Server:PublicUrl</c>.</summary>
internal sealed record IssuerAddress(Uri PublicUrl)
{
    /// <returns>Null where the setting is no address; the server's rules say so to the person.</returns>
    public static IssuerAddress? From(IConfiguration configuration) =>
        Uri.TryCreate(configuration["Server:PublicUrl"], UriKind.Absolute, out var url) ? new(url) : null;

    public Uri Of(string path) => new(PublicUrl, path);
}
