using System.Globalization;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace Bench.Search;

/// <summary>
/// Ninety days of a vendor's support as rows of the projection, the same at each run: eight customers of unequal size, fifty engineers,
/// some twelve of them at work at any time, each session with its request, review, grant and ticket before it.
/// </summary>
internal sealed class History
{
    /// <summary>Stands in one reason.</summary>
    public const string RareWord = "quokka";

    /// <summary>Stands in every tenth reason and nowhere else.</summary>
    public const string CommonWord = "invoice";

    private const int AtWork = 12;
    private const long Begin = 1_750_000_000_000_000, Length = 90L * 86_400 * 1_000_000;
    private static readonly string[] Paths = ["tickets", "orders", "invoices", "users", "settings", "reports"];
    private static readonly byte[] Leaf = new byte[32];
    private readonly Random _random = new(20_261_128);
    private readonly Queue<AuditEvent> _waiting = new();
    private readonly Visit[] _visits = new Visit[AtWork];
    private readonly long _step;
    private readonly long _rareAt;
    private long _index;
    private int _visited;

    /// <param name="rows">How many there will be, over the ninety days.</param>
    public History(long rows) => (_step, _rareAt) = (Length / rows, rows / 3);

    public static string Customer(int n) => $"customer-{n + 1}";

    /// <summary>One of fifty; the last is only seen in the first tenth.</summary>
    public static string Engineer(int n) => Id(1, n);

    public static string Grant(int n) => Id(2, n);

    public static string Session(int n) => Id(3, n);

    public static string Ticket(int n) => string.Create(CultureInfo.InvariantCulture, $"{40_000 + n}");

    public static string Ip(int engineer) => string.Create(CultureInfo.InvariantCulture, $"192.0.2.{engineer + 1}");

    public static long TimeAt(double part) => Begin + (long)(Length * part);

    /// <summary>Grants so far.</summary>
    public int Visits => _visited;

    public AuditEvent Next(long rows)
    {
        if (_waiting.Count == 0)
            Go(rows);
        return _waiting.Dequeue() with { Index = _index, Seq = _index, Time = Begin + _index++ * _step };
    }

    private void Go(long rows)
    {
        var at = _random.Next(AtWork);
        if (_visits[at] is not { Left: > 0 } visit)
        {
            if (_visits[at] is { } over)
                End(over);
            _visits[at] = Start(rows);
            return;
        }
        visit.Left--;
        Request(visit);
    }

    private Visit Start(long rows)
    {
        var engineer = _index < rows / 10 && _random.Next(40) == 0 ? 49 : _random.Next(49);
        var customer = Math.Min(_random.Next(8), _random.Next(8));
        var visit = new Visit(_visited++, Customer(customer), engineer) { Left = _random.Next(20, 200) };
        var rare = _index >= _rareAt && _index < _rareAt + 1000 ? $" about the {RareWord}" : "";
        var reason = $"customer-support {(visit.Number % 10 == 0 ? CommonWord : "ticket")} {Ticket(visit.Number)} cannot be opened{rare}";
        _waiting.Enqueue(Row(visit, "auth.signed-in") with { Tenant = "_system" });
        _waiting.Enqueue(Row(visit, "request.created", reason) with { Ticket = Ticket(visit.Number) });
        _waiting.Enqueue(Row(visit, "review.approved") with { Actor = Id(4, customer) });
        _waiting.Enqueue(Row(visit, "grant.created") with { Grant = Grant(visit.Number) });
        _waiting.Enqueue(Row(visit, "session.started") with { Grant = Grant(visit.Number), Session = Session(visit.Number) });
        return visit;
    }

    private void End(Visit visit)
    {
        _waiting.Enqueue(Row(visit, "session.ended", "finished") with { Grant = Grant(visit.Number), Session = Session(visit.Number) });
        _waiting.Enqueue(Row(visit, "audit.read") with { Actor = Id(4, 0) });
    }

    private void Request(Visit visit)
    {
        var row = Row(visit, "http.intent") with
        {
            Class = EntryClass.Intent, Grant = Grant(visit.Number), Session = Session(visit.Number), Target = "helpdesk", Operation = "tickets.read",
            Method = _random.Next(10) == 0 ? "POST" : "GET", Host = $"{visit.Customer}--helpdesk.localhost", Ip = Ip(visit.Engineer), Outcome = "allowed", Text = "",
            Path = $"/orgs/{visit.Customer}/{Paths[_random.Next(Paths.Length)]}/{_random.Next(1_000_000)}",
        };
        if (_random.Next(100) == 0)
        {
            _waiting.Enqueue(row with { Class = EntryClass.Event, Kind = "http.denied", Outcome = "denied", Text = "not-in-scope" });
            return;
        }
        _waiting.Enqueue(row);
        var status = _random.Next(200) switch { 0 => 500, < 6 => 404, _ => 200 };
        _waiting.Enqueue(Row(visit, "http.outcome") with
        {
            Class = EntryClass.Outcome, Ref = row.Id, Grant = row.Grant, Session = row.Session, Target = row.Target, Status = status, Text = "",
        });
    }

    private AuditEvent Row(Visit visit, string kind, string text = "") => new(
        0, 0, 0, EntryClass.Event, Unique(), null, kind, visit.Customer, Engineer(visit.Engineer), null, null, null, null, null, null, null, null, null, null, null, text, Leaf);

    /// <summary>Ordered by time, as version 7 is.</summary>
    private Guid Unique()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, (_index + _waiting.Count) << 16 | 0x7000);
        return new Guid(bytes, bigEndian: true);
    }

    private static string Id(int what, int n) => string.Create(CultureInfo.InvariantCulture, $"019{n:x5}-{what:x4}-7000-8000-{(uint)n * 2654435761u:x12}");

    /// <summary>One grant and the session under it.</summary>
    private sealed record Visit(int Number, string Customer, int Engineer)
    {
        /// <summary>Requests still to come.</summary>
        public int Left { get; set; }
    }
}
