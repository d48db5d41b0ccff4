using AccessBroker.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Gateway;

/// <summary>Picks from a request the headers that a decision depends on.</summary>
internal static class HeadersThatMatter
{
    public static RequestHeaders Of(HttpContext context, TenantBinding? binding)
    {
        var headers = context.Request.Headers;
        return new RequestHeaders
        {
            Hosts = headers.Host.Count,
            Authorizations = headers.Authorization.Count,
            TenantHeader = binding is { Place: TenantPlace.Header } && Carries(headers, binding.Name),
            Upgrade = Upgrade(context, headers),
            ContentType = headers.ContentType.Count == 0 ? null : headers.ContentType.ToString(),
            TwoBodyLengths = headers.TransferEncoding.Count > 1 || (headers.TransferEncoding.Count == 1 && headers["Content-Length"].Count > 0),
            Destination = headers.ContainsKey("Destination"),
            Declared = Declared(headers),
            ServiceWorker = headers.ContainsKey("Service-Worker"),
            Origin = Text(headers, "Origin"),
            FetchSite = Text(headers, "Sec-Fetch-Site"),
            FetchMode = Text(headers, "Sec-Fetch-Mode"),
            FetchDest = Text(headers, "Sec-Fetch-Dest"),
        };
    }

    private static List<string>? Declared(IHeaderDictionary headers)
    {
        List<string>? found = null;
        foreach (var name in RequestHeaders.Declarable)
        {
            if (headers.ContainsKey(name))
                (found ??= []).Add(name);
        }

        return found;
    }

    private static string? Upgrade(HttpContext context, IHeaderDictionary headers)
    {
        if (headers.Upgrade.Count > 0)
            return headers.Upgrade.ToString();
        return context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect.Protocol : null;
    }

    // Two values become one with a comma, which equals no origin and no fetch mode: repeated headers deny.
    private static string? Text(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>CGI and its descendants read <c>X_Org</c> and <c>X-Org</c> as one header.</summary>
    private static bool Carries(IHeaderDictionary headers, string name)
    {
        if (headers.ContainsKey(name))
            return true;
        foreach (var header in headers)
        {
            if (header.Key.Length == name.Length && header.Key.Contains('_', StringComparison.Ordinal)
                && header.Key.Replace('_', '-').Equals(name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
