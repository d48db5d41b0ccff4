using System.Xml;
using AccessBroker.Access;

namespace AccessBroker.Gateway;

/// <summary>
/// WebDAV and CalDAV bodies name further resources (<c>DAV:href</c>, RFC 3253 §3.6, RFC 4791 §7.9): each must be one of
/// the host's customer, or a granted REPORT could fetch another customer's appointments.
/// </summary>
internal static class BodyReferences
{
    private const string Dav = "DAV:";

    /// <summary>Null where the body may pass.</summary>
    public static Verdict? Check(Arrival arrival, TargetDefinition target, CapturedBody body)
    {
        if (!IsDav(arrival.Method) || target.Binding.Place != TenantPlace.Path)
            return null;
        if (body.Hash is null)
            return Verdict.Deny(DenyReason.Unsupported, $"The body of {arrival.Method} is larger than {CapturedBody.Limit / 1024} KiB, so what it refers to cannot be checked.");
        if (body.Bytes.IsEmpty)
            return null;

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.Bytes.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (!reader.EOF)
            {
                if (reader is not { NodeType: XmlNodeType.Element, NamespaceURI: Dav, LocalName: "href" })
                    reader.Read();
                // Reading the text moves on to what follows the element, which may be the next one.
                else if (Refuse(reader.ReadElementContentAsString().Trim(), arrival, target.Binding) is { } denied)
                    return denied;
            }

            return null;
        }
        catch (XmlException)
        {
            return Verdict.Deny(DenyReason.AmbiguousRequest, $"The body of {arrival.Method} is not well-formed XML, or declares a document type.");
        }
    }

    private static Verdict? Refuse(string href, Arrival arrival, TenantBinding binding)
    {
        if (href.StartsWith(arrival.Host.Origin + "/", StringComparison.OrdinalIgnoreCase))
            href = href[arrival.Host.Origin.Length..];
        if (!RequestPath.TryParse(href, out var path, out var why))
            return Verdict.Deny(DenyReason.AmbiguousPath, "The body refers to an address that can be read in more than one way. " + why);
        return PathTemplate.Parse(binding.Name).Match(path!, out var tenant) == PathMatch.Exact && tenant == arrival.Host.Tenant
            ? null
            : Verdict.Deny(DenyReason.OtherTenant, $"The body refers to an address that is not one of customer '{arrival.Host.Tenant}', whom this session is for.");
    }

    private static bool IsDav(string method) => method is "REPORT" or "PROPFIND" or "PROPPATCH" or "SEARCH" or "ACL" or "LOCK" or "MKCALENDAR" or "MKCOL";
}
