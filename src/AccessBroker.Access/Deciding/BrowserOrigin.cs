namespace AccessBroker.Access;

/// <summary>
/// Who made a browser send the request. Gateway hosts of one deployment are "same site" to each other, so the cookie's
/// SameSite attribute does not keep one customer's page from calling another customer's host: the origin does.
/// </summary>
internal static class BrowserOrigin
{
    public static Verdict? Check(in AccessQuestion ask)
    {
        var headers = ask.Headers;
        var sameOrigin = SameOrigin(headers, ask.OwnOrigin);

        // A WebSocket is not subject to CORS: the server alone can refuse a foreign page (RFC 6455 §10.2).
        if (headers.Upgrade is not null && (sameOrigin == false || (sameOrigin is null && ask.Presentation == Presentation.Cookie)))
            return Deny("A WebSocket may be opened only by a page of this very host.");

        if (ask.Presentation != Presentation.Cookie)
            return null;
        if (!IsSafe(ask.Method) && sameOrigin != true)
            return Deny("A browser may send what changes data only from a page of this very host.");

        // Reading: the person may follow a link from elsewhere, but no foreign page may embed or fetch.
        if (sameOrigin == false && headers is not { FetchMode: "navigate", FetchDest: "document" })
            return Deny("A page of another host asked for this. Open it in a window of its own.");
        return null;
    }

    /// <summary>Null where the client does not say.</summary>
    private static bool? SameOrigin(in RequestHeaders headers, string own)
    {
        if (headers.Origin is { } origin)
            return string.Equals(origin, own, StringComparison.OrdinalIgnoreCase) && headers.FetchSite is null or "same-origin" or "none";
        return headers.FetchSite switch
        {
            null => null,
            "same-origin" => true,
            // "none": the person typed the address or used a bookmark. Good for reading; nothing else is sent that way.
            "none" => null,
            _ => false,
        };
    }

    // RFC 9110 §9.2.1, RFC 4918 §9.1, RFC 3253 §3.6.
    private static bool IsSafe(string method) => method is "GET" or "HEAD" or "OPTIONS" or "PROPFIND" or "REPORT";

    private static Verdict Deny(string detail) => Verdict.Deny(DenyReason.ForeignOrigin, detail);
}
