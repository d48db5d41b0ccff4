namespace AccessBroker.Access;

/// <summary>Requests that two readers could take apart differently, or that carry what no operation can describe yet.</summary>
internal static class RequestShape
{
    public static Verdict? Check(in AccessQuestion ask)
    {
        var headers = ask.Headers;
        if (headers.Hosts != 1)
            return Verdict.Deny(DenyReason.AmbiguousRequest, "The request must carry exactly one Host header.");
        if (headers.Authorizations > 1)
            return Verdict.Deny(DenyReason.AmbiguousRequest, "The request carries more than one Authorization header.");
        if (headers.TwoBodyLengths)
            return Verdict.Deny(DenyReason.AmbiguousRequest, "The request carries Content-Length together with Transfer-Encoding, or one of them twice.");
        if (!ask.RequestTarget.StartsWith('/'))
            return Verdict.Deny(DenyReason.AmbiguousRequest, "The request target must be a path, not a complete address.");
        if (ask.Path is null)
            return Verdict.Deny(DenyReason.AmbiguousPath, ask.Ambiguity);
        if (ask.Query is null)
            return Verdict.Deny(DenyReason.AmbiguousRequest, ask.Ambiguity);

        if (ask.Method is "CONNECT" or "TRACE" or "TRACK")
            return Verdict.Deny(DenyReason.Unsupported, $"The method {ask.Method} does not pass the gateway.");
        if (headers.Upgrade is { } upgrade && !upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase))
            return Verdict.Deny(DenyReason.Unsupported, "Of protocols to upgrade to, only WebSocket passes the gateway.");
        if (headers.ContentType is { } type && type.AsSpan().Trim().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
            return Verdict.Deny(DenyReason.Unsupported, "gRPC does not pass the gateway: its messages cannot be recorded one by one yet.");
        if (headers.Destination)
            return Verdict.Deny(DenyReason.Unsupported, "The header Destination names a second resource, and no operation can declare one yet.");
        if (headers.ServiceWorker)
            return Verdict.Deny(DenyReason.Unsupported, "Service workers are not served: one would outlive the session in the browser.");
        return null;
    }
}
