using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// One entry as one OCSF event (AUDIT-LOG.md, OCSF). It follows from the proved header and body alone, but for <c>unmapped.idx</c>,
/// which stands first so that the rest can be compared. People are their ids; people.jsonl has the names.
/// </summary>
internal sealed class OcsfLine
{
    private const string Version = "1.7.0", Product = "AccessBroker";
    private const int Sha256 = 3; // fingerprint.algorithm_id

    private readonly JsonLine _json = new();

    /// <summary>What stands before the digits of idx.</summary>
    public static ReadOnlySpan<byte> BeforeIndex => "{\"unmapped\":{\"idx\":"u8;

    /// <summary>The line from after the digits of idx to its line feed; empty where the entry is none for a SIEM (heads, keys, erased).</summary>
    public ReadOnlySpan<byte> AfterIndex(Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        _json.Clear();
        if (state != BodyState.Present || header.Class >= EntryClass.Heads)
            return default;
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return default;
        Write(new Entry(document.RootElement), leaf, header);
        return _json.Written;
    }

    private void Write(Entry entry, Hash32 leaf, in EntryHeader header)
    {
        var kind = entry["kind"] ?? "";
        var what = OcsfEvent.Of(kind, entry["method"]);
        _json.Raw(default).Add("scope_hash", entry["scope_hash"]).Add("grant", entry["grant"]).Add("tenant", entry["tenant"]).Close();
        _json.Add("class_uid", what.Class).Add("category_uid", what.Class / 1000).Add("activity_id", what.Activity)
            .Add("type_uid", (what.Class * 100L) + what.Activity).Add("severity_id", what.Severity).Add("time", header.Time / 1000)
            .Add("activity_name", what.Activity == 99 ? kind : null);
        Metadata(entry, kind, header);
        _json.Open("raw_data_hash").Add("algorithm", "SHA-256").Add("algorithm_id", Sha256)
            .Add("value", leaf.ToHex()).Close();
        Status(entry, kind);
        _json.Open("actor").Open("user").Add("uid", entry["actor"] ?? "unknown").Close();
        if (entry["session"] is { } session)
            _json.Open("session").Add("uid", session).Close();
        _json.Close();
        switch (what.Class)
        {
            case OcsfEvent.ApiActivity:
                Api(entry, kind, header);
                break;
            case OcsfEvent.EntityManagement:
                var type = kind.Split('.', 2)[0];
                _json.Open("entity").Add("type", type).Add("uid", entry[type] ?? entry["grant"] ?? entry["request"] ?? header.Id.ToString("D")).Close();
                break;
            case OcsfEvent.Authentication:
                _json.Open("user").Add("uid", entry["actor"] ?? "unknown").Close();
                _json.Open("service").Add("name", entry["provider"] ?? Product).Close();
                Source(entry);
                break;
            case OcsfEvent.DetectionFinding:
                _json.Open("finding_info").Add("uid", header.Id.ToString("D")).Add("title", kind).Close();
                break;
        }
        _json.Raw("}\n"u8);
    }

    private void Metadata(Entry entry, string kind, in EntryHeader header) => _json.Open("metadata")
        .Add("version", Version).Open("product").Add("name", Product).Add("vendor_name", Product).Close()
        .Add("uid", header.Id.ToString("D")).Add("sequence", (long)header.Seq).Add("event_code", kind)
        .Add("correlation_uid", header.Ref != Guid.Empty ? header.Ref.ToString("D") : entry["session"])
        .Add("tenant_uid", Convert.ToBase64String(header.Trail.ToArray())).Close();

    /// <summary>An intent has none yet; its outcome has.</summary>
    private void Status(Entry entry, string kind)
    {
        var status = entry.Number("status");
        long? id = kind switch
        {
            "http.intent" or "http.message" => 0,
            "http.outcome" => status is null ? 0 : status < 400 ? 1 : 2,
            "http.denied" or "session.denied" or "review.refused" => 2,
            _ => 1,
        };
        _json.Add("status_id", id).Add("status_code", entry["code"]).Add("status_detail", entry["reason"]);
    }

    private void Api(Entry entry, string kind, in EntryHeader header)
    {
        _json.Open("api").Add("operation", entry["operation"] ?? kind);
        _json.Open("request").Add("uid", (header.Class == EntryClass.Outcome ? header.Ref : header.Id).ToString("D")).Close();
        if (entry["target"] is { } target)
            _json.Open("service").Add("name", target).Close();
        if (entry.Number("status") is { } status)
            _json.Open("response").Add("code", status).Close();
        _json.Close();
        if (entry["method"] is { } method)
        {
            _json.Open("http_request").Add("http_method", method).Add("user_agent", entry["user_agent"]);
            if (entry["path"] is { } path)
                _json.Open("url").Add("hostname", entry["host"]).Add("path", path).Close();
            _json.Close();
        }
        Source(entry);
    }

    /// <summary>Where nobody's address was recorded, as in an outcome, the broker itself speaks.</summary>
    private void Source(Entry entry)
    {
        _json.Open("src_endpoint");
        if (entry["ip"] is { } ip)
            _json.Add("ip", ip);
        else
            _json.Add("svc_name", Product);
        _json.Close();
    }

    /// <summary>A body's members, where they are what they usually are.</summary>
    private readonly struct Entry(JsonElement body)
    {
        public string? this[string name] => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        public long? Number(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
    }
}
