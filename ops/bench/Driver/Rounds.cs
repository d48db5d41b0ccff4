namespace Bench;

/// <summary>Measures each variant with each number of connections, in rounds.</summary>
internal static class Rounds
{
    /// <returns>By variant and connections, one measurement a round.</returns>
    public static async Task<Dictionary<(string Variant, int Connections), List<Measurement>>> RunAsync(BenchOptions options, Stage stage)
    {
        var results = new Dictionary<(string, int), List<Measurement>>();
        foreach (var variant in stage.Variants)
        {
            var call = await variant.PrepareAsync();
            await call.RequireAnswerAsync(variant.Name);
            if (variant.Guards)
                await call.RequireRefusalWithoutTokenAsync(variant.Name);
        }
        // A server runs for weeks, so what its first half minute costs, in which the just-in-time compiler works beside it, is not
        // what is asked for: under load it is done after about 35 s. The same for everybody, and not measured.
        var warmUp = Math.Min(options.Seconds * 8, 40);
        Console.WriteLine($"Warming up, {warmUp} s each …");
        foreach (var variant in stage.Variants)
            await Wrk.RunAsync(variant.Name, await variant.PrepareAsync(), connections: 64, warmUp);

        var counted = await CountAsync(stage);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var connections in options.Connections)
            {
                // Another order each round, so that nobody always follows the same neighbour.
                foreach (var variant in Order(stage.Variants, round))
                {
                    await stage.SettleAsync();
                    var measured = await Wrk.RunAsync(variant.Name, await variant.PrepareAsync(), connections, options.Seconds);
                    if (!results.TryGetValue((variant.Name, connections), out var list))
                        results[(variant.Name, connections)] = list = [];
                    list.Add(measured);
                    Console.WriteLine($"  round {round + 1}, {connections,4} connections: {variant.Name,-20} {measured.PerSecond,9:N0} req/s  p50 {measured.P50,8:N2} ms  p99 {measured.P99,8:N2} ms");
                }
            }
        }
        await stage.SettleAsync();
        await RequireRecordsAsync(stage, results, counted);
        return results;
    }

    private static IEnumerable<IVariant> Order(IReadOnlyList<IVariant> variants, int round)
    {
        var turned = Enumerable.Range(0, variants.Count).Select(i => variants[(i + (round / 2)) % variants.Count]);
        return round % 2 == 0 ? turned : turned.Reverse();
    }

    private static async Task<Dictionary<string, long?>> CountAsync(Stage stage)
    {
        await stage.SettleAsync();
        var counts = new Dictionary<string, long?>();
        foreach (var variant in stage.Variants)
            counts[variant.Name] = await variant.CountRecordsAsync();
        return counts;
    }

    /// <summary>
    /// A variant that answered without recording would have cheated: there must be a record for each request that wrk counted, and
    /// no more beside those that were in flight when wrk stopped, one a connection.
    /// </summary>
    private static async Task RequireRecordsAsync(Stage stage, Dictionary<(string Variant, int Connections), List<Measurement>> results, Dictionary<string, long?> before)
    {
        foreach (var sharing in stage.Variants.GroupBy(v => v.Log))
        {
            if (await sharing.First().CountRecordsAsync() is not { } after)
                continue;
            var names = sharing.Select(v => v.Name).ToList();
            var written = after - before[names[0]]!.Value;
            var own = results.Where(r => names.Contains(r.Key.Variant)).ToList();
            var answered = own.SelectMany(r => r.Value).Sum(m => m.Requests);
            var cutOff = own.Sum(r => r.Key.Connections * r.Value.Count);
            if (written < answered || written > answered + cutOff)
                throw new BenchException($"{string.Join(" and ", names)} answered {answered:N0} requests and recorded {written:N0}.");
            Console.WriteLine($"  {string.Join(" and ", names)}: {answered:N0} answers counted by wrk, {written:N0} records written");
        }
    }
}
