using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>How a stream's receiver is spoken to.</summary>
public enum StreamKind
{
    /// <summary>Batches of lines by POST, signed as Standard Webhooks are.</summary>
    Webhook,

    /// <summary>Log records over OTLP/HTTP in protobuf.</summary>
    Otlp,
}

/// <summary>One of <c>Log:Streams</c>: a receiver, such as a SIEM, that is sent entries as they are appended.</summary>
public sealed class StreamOptions
{
    /// <summary>Its name in metrics and in the log, <c>[a-z0-9-]</c>, at most 40 characters. The place that the receiver reached is kept under it: another name begins anew.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>Webhook</c> or <c>Otlp</c>.</summary>
    public StreamKind Kind { get; set; }

    /// <summary>A webhook's address, or the base address of an OTLP/HTTP collector (<c>v1/logs</c> is appended). https off loopback. Redirects are not followed.</summary>
    public string Url { get; set; } = "";

    /// <summary>Webhook: the shared secret, <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public string Secret { get; set; } = "";

    /// <summary>OTLP: headers that the collector asks for, such as an API key.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Customers whose trails are sent, and <c>_system</c>; none named: all.</summary>
    public IList<string> Tenants { get; } = [];

    /// <summary><c>Ocsf</c> (default) or <c>Ndjson</c>.</summary>
    public EntryFormat Format { get; set; } = EntryFormat.Ocsf;

    /// <summary>
    /// Sends whole bodies, which are the customer's, instead of who, when and which operation. Only for a receiver of exactly one customer, on
    /// whose trail it is recorded.
    /// </summary>
    public bool Bodies { get; set; }

    /// <summary>Begins with the first entry of the log instead of with the next one.</summary>
    public bool FromStart { get; set; }
}
