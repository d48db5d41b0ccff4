using System.Text;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// Bodies in which every member that a table has a column for is once absent, once of another type, and once a text that some writer would
/// quote, escape, trim or take for a formula. The same ones in every run.
/// </summary>
internal static class OddBodies
{
    private static readonly string[] Kinds =
    [
        "http.intent", "http.outcome", "http.denied", "http.message", "http", "grant.created", "grant.revoked", "grant.", "review.approved", "review.refused",
        "request.created", "session.started", "session.denied", "admin.erasure.confirmed", "admin.member.removed", "audit.read", "audit.exported", "auth.signed-in",
        "auth.signed-out", "alert.late", "shell.command", "", ".", "http\n.intent", "grants.created", "réview.approved",
    ];

    private static readonly string[] Members =
    [
        "actor", "tenant", "grant", "session", "target", "operation", "path", "scope_hash", "code", "reason", "request", "review", "admin", "audit",
        "provider", "user_agent", "host", "ip", "kinds", "kin", "statu", "zeta", "Kind", "é", "a\"b",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "acme", "=1+1", "  =1", "\u3000=1", "\u00a0=1", "\u0085=1", "\u200b=1", "\ufeff=1", "\t=1", "\r", "\n=1", "\0", "\v=1", "\u001c=1", "＝1", "－", "＠x", "+", "-1", "@",
        "x ", " x", "   ", "\u00a0", "x\u00a0", "x\u3000", "x\u2028", "\u2029x", "x\u200b", "a,b", "a;b", "a\"b", "\"", "\"\"", "\"=1\"", "a\r\nb", "a\rb", "'", "'=1", "é", "😂", "😂=1", "=😂,\"",
        "\\", "a\\b", "/a/b", "\u007f", "\u0001\u001f", "\u2028", "null", "withheld", "200", "２００", "a\tb", "\b\f",
    ];

    public static IEnumerable<(EntryHeader Header, BodyState State, byte[] Body)> Take(int count)
    {
        var random = new Random(20261128); // a seeded Random is the same in every version
        var id = new byte[16];
        long time = 1_795_000_000_123_456;
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(id);
            var reference = random.Next(2) == 0 ? Guid.Empty : new Guid(id);
            id[0]++;
            var (type, state) = ((EntryClass)random.Next(1, 8), random.Next(12) switch { 0 => BodyState.Erased, 1 => BodyState.Withheld, _ => BodyState.Present });
            time += random.Next(3) switch { 0 => 0, 1 => random.Next(1000), _ => random.NextInt64(100_000_000_000) };
            var header = new EntryHeader(
                i % 50 == 49 ? i % 100 == 49 ? 0 : random.NextInt64() : time, type, (ulong)i, new Guid(id), reference,
                TrailId.Derive(id, "acme"), default, default, (uint)random.Next(), (uint)i);
            yield return (header, state, state == BodyState.Present ? Body(random) : []);
        }
    }

    private static byte[] Body(Random random)
    {
        var body = new BodyWriter();
        if (random.Next(20) > 0)
            body.Add("kind", Kinds[random.Next(Kinds.Length)]);
        else
            Any(body, "kind", random);
        if (random.Next(2) == 0)
            body.Add("method", new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "PROPFIND", "" }[random.Next(10)]);
        if (random.Next(2) == 0)
            body.Add("status", new long[] { 0, -1, 100, 200, 399, 400, 503, CanonicalJson.MaxInteger, -CanonicalJson.MaxInteger }[random.Next(9)]);
        else if (random.Next(4) == 0)
            Any(body, "status", random);
        foreach (var name in Members)
        {
            switch (random.Next(6))
            {
                case 0 or 1: break;
                case 5: Any(body, name, random); break;
                default: body.Add(name, Text(random)); break;
            }
        }
        return body.ToBytes();
    }

    private static void Any(BodyWriter body, string name, Random random)
    {
        switch (random.Next(6))
        {
            case 0: body.AddNull(name); break;
            case 1: body.Add(name, random.Next(2) == 0); break;
            case 2: body.Add(name, random.NextInt64(-1000, 1000)); break;
            case 3: body.Add(name, new[] { Text(random), "kind" }); break;
            case 4: body.Add(name, [new BodyWriter().Add("kind", "http.inner").Add("status", 7).Add("path", Text(random))]); break;
            default: body.Add(name, new BodyWriter().Add("kind", Text(random)).Add("actor", "inner").Add("nested", new BodyWriter().Add("status", 1))); break;
        }
    }

    private static string Text(Random random)
    {
        var text = Texts[random.Next(Texts.Length)];
        return random.Next(40) switch
        {
            0 => text + new string('x', random.Next(1500)) + text,
            1 => new StringBuilder().Insert(0, "\"é", random.Next(400)).ToString(),
            _ => text,
        };
    }
}
