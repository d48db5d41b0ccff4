using System.Net;

namespace AccessBroker.Server;

/// <summary>Where the configuration makes Kestrel listen, read the way ASP.NET Core reads it.</summary>
internal static class ListeningAddresses
{
    /// <summary>Used where nothing is configured.</summary>
    public const string Default = "http://localhost:8480";

    public static IReadOnlyList<string> From(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return endpoints; // Kestrel prefers them to Urls
        if (configuration["Urls"] is { Length: > 0 } urls) return urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var ports = Ports(configuration["HTTP_PORTS"], "http").Concat(Ports(configuration["HTTPS_PORTS"], "https")).ToList();
        return ports.Count > 0 ? ports : [Default];
    }

    /// <summary><c>http://*:80</c> and <c>http://+:80</c> are no URIs; they mean every address.</summary>
    public static bool IsLoopback(string address) =>
        BindingAddress.Parse(address) is { IsUnixPipe: false, IsNamedPipe: false } binding
            ? binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))
            : true; // a pipe or socket in the file system is not on the network

    public static bool IsPlain(string address) => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    public static bool IsReadable(string address)
    {
        try
        {
            return BindingAddress.Parse(address).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Ports(string? ports, string scheme) =>
        (ports ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(port => $"{scheme}://*:{port}");
}
