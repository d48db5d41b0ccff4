namespace AccessBroker.Evidence;

/// <summary>
/// One entry as one OCSF event (AUDIT-LOG.md, OCSF). It follows from the proved header and body alone, but for <c>unmapped.idx</c>,
/// which stands first so that the rest can be compared. People are their ids; people.jsonl has the names.
/// </summary>
internal sealed class OcsfLine
{
    private const int Sha256 = 3; // fingerprint.algorithm_id

    private readonly JsonLine _json = new();

    /// <summary>What stands before the digits of idx.</summary>
    public static ReadOnlySpan<byte> BeforeIndex => "{\"unmapped\":{\"idx\":"u8;

    private static ReadOnlySpan<byte> Product => "AccessBroker"u8;

    private static ReadOnlySpan<byte> Unknown => "\"unknown\""u8;

    /// <summary>The line from after the digits of idx to its line feed, valid until the next call; empty where the entry is none for a SIEM (heads, keys, erased).</summary>
    public ReadOnlySpan<byte> AfterIndex(TableEntry entry)
    {
        _json.Clear();
        if (entry.State == BodyState.Present && entry.Header.Class < EntryClass.Heads && entry.Members.IsObject)
            Write(entry, entry.Members);
        return _json.Written;
    }

    private void Write(TableEntry entry, BodyMembers body)
    {
        var kindJson = Or(body.Json(BodyMember.Kind), "\"\""u8);
        var kind = kindJson[1..^1];
        var what = OcsfEvent.Of(kind, body.Json(BodyMember.Method) is [_, .. var method, _] ? method : default);
        _json.Raw(default).AddJson("scope_hash"u8, body.Json(BodyMember.ScopeHash)).AddJson("grant"u8, body.Json(BodyMember.Grant)).AddJson("tenant"u8, body.Json(BodyMember.Tenant)).Close();
        _json.Add("class_uid"u8, what.Class).Add("category_uid"u8, what.Class / 1000).Add("activity_id"u8, what.Activity)
            .Add("type_uid"u8, (what.Class * 100L) + what.Activity).Add("severity_id"u8, what.Severity).Add("time"u8, entry.Header.Time / 1000)
            .AddJson("activity_name"u8, what.Activity == 99 ? kindJson : default);
        Metadata(entry, body, kindJson);
        _json.Open("raw_data_hash"u8).Add("algorithm"u8, "SHA-256"u8).Add("algorithm_id"u8, Sha256).Add("value"u8, entry.Leaf).Close();
        Status(body, kind);
        _json.Open("actor"u8).Open("user"u8).AddJson("uid"u8, Or(body.Json(BodyMember.Actor), Unknown)).Close();
        if (body.Json(BodyMember.Session) is { IsEmpty: false } session)
            _json.Open("session"u8).AddJson("uid"u8, session).Close();
        _json.Close();
        switch (what.Class)
        {
            case OcsfEvent.ApiActivity:
                Api(entry, body, kindJson);
                break;
            case OcsfEvent.EntityManagement:
                Entity(entry, body, OcsfEvent.Group(kind));
                break;
            case OcsfEvent.Authentication:
                _json.Open("user"u8).AddJson("uid"u8, Or(body.Json(BodyMember.Actor), Unknown)).Close();
                _json.Open("service"u8).AddJson("name"u8, Or(body.Json(BodyMember.Provider), "\"AccessBroker\""u8)).Close();
                Source(body);
                break;
            case OcsfEvent.DetectionFinding:
                _json.Open("finding_info"u8).Add("uid"u8, entry.Id).AddJson("title"u8, kindJson).Close();
                break;
        }
        _json.Raw("}\n"u8);
    }

    private void Metadata(TableEntry entry, BodyMembers body, ReadOnlySpan<byte> kind)
    {
        _json.Open("metadata"u8)
            .Add("version"u8, "1.7.0"u8).Open("product"u8).Add("name"u8, Product).Add("vendor_name"u8, Product).Close()
            .Add("uid"u8, entry.Id).Add("sequence"u8, (long)entry.Header.Seq).AddJson("event_code"u8, kind);
        if (entry.Ref.IsEmpty)
            _json.AddJson("correlation_uid"u8, body.Json(BodyMember.Session));
        else
            _json.Add("correlation_uid"u8, entry.Ref);
        _json.Add("tenant_uid"u8, entry.Trail).Close();
    }

    /// <summary>An intent has none yet; its outcome has.</summary>
    private void Status(BodyMembers body, ReadOnlySpan<byte> kind)
    {
        var id = 1;
        if (kind.SequenceEqual("http.intent"u8) || kind.SequenceEqual("http.message"u8))
            id = 0;
        else if (kind.SequenceEqual("http.outcome"u8))
            id = body.Number(BodyMember.Status) switch { null => 0, < 400 => 1, _ => 2 };
        else if (kind.SequenceEqual("http.denied"u8) || kind.SequenceEqual("session.denied"u8) || kind.SequenceEqual("review.refused"u8))
            id = 2;
        _json.Add("status_id"u8, id).AddJson("status_code"u8, body.Json(BodyMember.Code)).AddJson("status_detail"u8, body.Json(BodyMember.Reason));
    }

    private void Api(TableEntry entry, BodyMembers body, ReadOnlySpan<byte> kind)
    {
        _json.Open("api"u8).AddJson("operation"u8, Or(body.Json(BodyMember.Operation), kind));
        _json.Open("request"u8).Add("uid"u8, entry.Header.Class == EntryClass.Outcome ? entry.RefOrZero : entry.Id).Close();
        if (body.Json(BodyMember.Target) is { IsEmpty: false } target)
            _json.Open("service"u8).AddJson("name"u8, target).Close();
        if (body.Number(BodyMember.Status) is { } status)
            _json.Open("response"u8).Add("code"u8, status).Close();
        _json.Close();
        if (body.Json(BodyMember.Method) is { IsEmpty: false } method)
        {
            _json.Open("http_request"u8).AddJson("http_method"u8, method).AddJson("user_agent"u8, body.Json(BodyMember.UserAgent));
            if (body.Json(BodyMember.Path) is { IsEmpty: false } path)
                _json.Open("url"u8).AddJson("hostname"u8, body.Json(BodyMember.Host)).AddJson("path"u8, path).Close();
            _json.Close();
        }
        Source(body);
    }

    /// <summary>What was created, changed or ended: the body names it by its type, or by the grant or request that it belongs to.</summary>
    private void Entity(TableEntry entry, BodyMembers body, ReadOnlySpan<byte> type)
    {
        _json.Open("entity"u8).Add("type"u8, type);
        var uid = Or(body.Json(type), Or(body.Json(BodyMember.Grant), body.Json(BodyMember.Request)));
        if (uid.IsEmpty)
            _json.Add("uid"u8, entry.Id);
        else
            _json.AddJson("uid"u8, uid);
        _json.Close();
    }

    /// <summary>Where nobody's address was recorded, as in an outcome, the broker itself speaks.</summary>
    private void Source(BodyMembers body)
    {
        _json.Open("src_endpoint"u8);
        if (body.Json(BodyMember.Ip) is { IsEmpty: false } ip)
            _json.AddJson("ip"u8, ip);
        else
            _json.Add("svc_name"u8, Product);
        _json.Close();
    }

    private static ReadOnlySpan<byte> Or(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.IsEmpty ? other : one;
}
