namespace AccessBroker.Server;

/// <summary>The doors that this process opens: <c>Rooms=Gateway,Web,Issuer</c>, or some of them on machines of their own.</summary>
internal sealed record Rooms(bool Gateway, bool Web, bool Issuer)
{
    private static readonly string[] Known = ["Gateway", "Web", "Issuer"];

    public static Rooms From(IConfiguration configuration)
    {
        var names = Names(configuration);
        return new(Has("Gateway"), Has("Web"), Has("Issuer"));

        bool Has(string room) => names.Contains(room, StringComparer.OrdinalIgnoreCase);
    }

    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        var names = Names(configuration);
        foreach (var name in names.Except(Known, StringComparer.OrdinalIgnoreCase))
            yield return $"Rooms names '{name}', which is none of {string.Join(", ", Known)}.";
        var rooms = From(configuration);
        if (rooms is { Gateway: false, Web: false, Issuer: false }) yield return "Rooms opens no door: name some of Gateway, Web, Issuer, or leave it out for all.";
        if (rooms is { Web: true, Issuer: false }) yield return "Rooms has Web without Issuer: nobody could sign in to its pages. Use Rooms=Web,Issuer.";
    }

    public override string ToString() => string.Join(',', Known.Zip([Gateway, Web, Issuer]).Where(r => r.Second).Select(r => r.First));

    private static string[] Names(IConfiguration configuration) =>
        configuration["Rooms"] is { Length: > 0 } names ? names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : Known;
}
