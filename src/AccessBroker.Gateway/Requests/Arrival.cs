using System.Diagnostics;
using System.Net;
using AccessBroker.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Gateway;

/// <summary>A request as it came, read once: what the decision, the log and the forwarder all look at is the same.</summary>
internal sealed class Arrival
{
    private const int LongestText = 4096;

    public Arrival(HttpContext context, GatewayHost host, TimeProvider time)
    {
        Context = context;
        Host = host;
        Started = time.GetTimestamp();
        Now = time.GetUtcNow();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Target = target;
        Path = RequestPath.TryParse(target, out var path, out var why) ? path : null;
        Query = RequestQuery.TryParse(target, out var query, out var queryWhy) ? query : null;
        Ambiguity = Path is null ? why : queryWhy;
    }

    public HttpContext Context { get; }

    public GatewayHost Host { get; }

    /// <summary>Timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Started { get; }

    public DateTimeOffset Now { get; }

    public string Method => Context.Request.Method;

    /// <summary>Path and query exactly as received (RFC 9112 §3.2).</summary>
    public string Target { get; }

    public RequestPath? Path { get; }

    public RequestQuery? Query { get; }

    /// <summary>Why <see cref="Path"/> or <see cref="Query"/> is null; empty where neither is.</summary>
    public string Ambiguity { get; }

    public IPAddress Address => Context.Connection.RemoteIpAddress ?? IPAddress.None;

    /// <summary>An IPv4 client of a dual-stack socket is written as IPv4.</summary>
    public string Ip => (Address.IsIPv4MappedToIPv6 ? Address.MapToIPv4() : Address).ToString();

    public string? UserAgent => Context.Request.Headers.UserAgent is [{ } agent, ..] ? Cap(agent, 512) : null;

    /// <summary>The path as received, for the log.</summary>
    public string RawPath => Path?.Raw ?? Cap(Target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? Target[..query] : Target, LongestText);

    /// <summary>W3C trace id where the server traces.</summary>
    public static string? TraceId => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null;

    private static string Cap(string text, int length) => text.Length <= length ? text : text[..length];
}
