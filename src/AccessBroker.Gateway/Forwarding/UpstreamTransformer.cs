using AccessBroker.Access;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace AccessBroker.Gateway;

/// <summary>
/// One request on its way to the upstream and its response on the way back: what was recorded is what is sent, the
/// target's credential takes the place of the client's, and nothing comes back that reaches past this host.
/// </summary>
/// <param name="assertion">Who really calls; null for a target that does not want it.</param>
internal sealed class UpstreamTransformer(Exchange exchange, string? assertion) : HttpTransformer
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _upstream = exchange.Live.Scope.Upstream.TrimEnd('/');

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var target = exchange.Target;
        var headers = httpContext.Request.Headers;
        var connection = headers.Connection.Count == 0 ? null : headers.Connection.ToString();
        foreach (var header in headers)
        {
            if (RequestHeaderRules.MayPass(header.Key, target.Credential?.Header, connection))
                Add(proxyRequest, header.Key, header.Value);
        }

        if (headers.Cookie.Count > 0 && Cookies.ForUpstream(headers.Cookie) is { } cookies)
            Add(proxyRequest, "Cookie", cookies);
        Rewrite(proxyRequest, headers, "Origin");
        Rewrite(proxyRequest, headers, "Referer");

        if (target.Credential is { } credential)
            Add(proxyRequest, credential.Header, credential.Value);
        Add(proxyRequest, "AccessBroker-Entry", exchange.Id.ToString("D"));
        if (assertion is not null)
            Add(proxyRequest, "AccessBroker-Assertion", assertion);

        proxyRequest.RequestUri = Address(target.Binding, proxyRequest);
        return default;
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return ValueTask.FromResult(false);

        var response = httpContext.Response.Headers;
        Copy(proxyResponse.Headers.NonValidated, response);
        Copy(proxyResponse.Content.Headers.NonValidated, response);

        // Both lengths at once is how responses are smuggled (RFC 9112 §6.3); bodiless answers carry none.
        if (proxyResponse.Headers.NonValidated.Contains("Transfer-Encoding") || (int)proxyResponse.StatusCode is < 200 or 204 or 205)
            response.ContentLength = null;

        response.CacheControl = "no-store";
        response["AccessBroker-Entry"] = exchange.Id.ToString("D");
        return ValueTask.FromResult(true);
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        // Trailers come after what was hashed and could carry any header, so none passes (RFC 9110 §6.5.1 allows dropping them).
        default;

    private Uri Address(TenantBinding binding, HttpRequestMessage request)
    {
        var path = exchange.Arrival.Path!.Normal;
        var query = exchange.Arrival.Query!.Raw;
        var tenant = exchange.Live.Grant.Tenant;
        switch (binding.Place)
        {
            case TenantPlace.Header:
                Add(request, binding.Name, tenant);
                break;
            case TenantPlace.Host:
                request.Headers.Host = binding.Name.Replace("{tenant}", tenant, StringComparison.Ordinal);
                break;
            case TenantPlace.Query:
                query = query.Length <= 1 ? $"?{binding.Name}={tenant}" : $"{query}&{binding.Name}={tenant}";
                break;
        }

        // Exactly what was decided on: no second opinion about escapes by the URI class.
        return new Uri(string.Concat(_upstream, path, query), AsWritten);
    }

    /// <summary>An upstream that checks where its pages call from must see its own origin, not the gateway's.</summary>
    private void Rewrite(HttpRequestMessage request, IHeaderDictionary headers, string name)
    {
        if (headers.TryGetValue(name, out var value) && value is [{ } address])
        {
            request.Headers.Remove(name);
            Add(request, name, ResponseHeaderRules.Rewrite(address, exchange.Arrival.Host.Origin, _upstream));
        }
    }

    private void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (var header in from)
        {
            if (!ResponseHeaderRules.MayPass(header.Key))
                continue;
            var values = ToValues(header.Value);
            if (header.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                values = OwnCookies(values);
            else if (header.Key.Equals("Location", StringComparison.OrdinalIgnoreCase) || header.Key.Equals("Content-Location", StringComparison.OrdinalIgnoreCase))
                values = ResponseHeaderRules.Rewrite(values.ToString(), _upstream, exchange.Arrival.Host.Origin);
            if (values.Count > 0)
                to[header.Key] = values;
        }
    }

    private static StringValues OwnCookies(StringValues values)
    {
        var kept = new List<string?>(values.Count);
        foreach (var value in values)
        {
            if (value is not null && Cookies.ForClient(value) is { } cookie)
                kept.Add(cookie);
        }

        return kept.ToArray();
    }

    private static StringValues ToValues(System.Net.Http.Headers.HeaderStringValues values)
    {
        if (values.Count == 1)
            return values.ToString();
        var all = new string[values.Count];
        var i = 0;
        foreach (var value in values)
            all[i++] = value;
        return all;
    }

    private static void Add(HttpRequestMessage request, string name, StringValues value)
    {
        // Which of the two collections takes a header, HttpClient alone knows.
        if (value.Count == 1)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToString()))
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToString());
        }
        else if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
        {
            request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
    }
}
