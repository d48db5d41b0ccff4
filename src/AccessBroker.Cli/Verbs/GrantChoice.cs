using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>Finds the live grant that a request should go under.</summary>
internal sealed record GrantChoice(string Target, string? Tenant, Guid? Id)
{
    /// <exception cref="CliException">None (5, or 6 where there was one until recently), or several customers' (64).</exception>
    public async Task<GrantView> FindAsync(ApiClient api, string path, string method, CancellationToken cancel)
    {
        if (Id is { } id) return await api.GetAsync($"grants/{id}", ContractsJson.Default.GrantView, cancel);

        var me = await api.GetAsync("me", ContractsJson.Default.Me, cancel);
        var live = await OfStateAsync(api, "active", me.Id, cancel);
        var tenants = live.Select(g => g.Tenant).Distinct(StringComparer.Ordinal).ToList();
        if (tenants.Count > 1)
            throw CliException.Usage($"You have access to {Target} of several customers: {string.Join(", ", tenants)}.", "Say which with --tenant.");
        return live.Where(g => g.Operations.Any(o => PathShape.Allows(o, method, path))).MaxBy(g => g.NotAfter)
            ?? live.MaxBy(g => g.NotAfter)
            ?? throw await NoneAsync(api, me.Id, cancel);
    }

    private async Task<CliException> NoneAsync(ApiClient api, Guid me, CancellationToken cancel)
    {
        var ask = $"accessbroker request create --tenant {Tenant ?? "CUSTOMER"} --target {Target} --operations … --reason …";
        foreach (var state in (string[])["revoked", "expired", "cancelled"])
            if ((await OfStateAsync(api, state, me, cancel)).MaxBy(g => g.NotAfter) is { } over)
                return new CliException(ExitCode.Ended, $"grant-{state}", $"Your access to {Target} of {over.Tenant} is over: {state} {Shapes.Text(over.EndedAt ?? over.NotAfter)}.", $"Ask again: {ask}");
        return new CliException(ExitCode.Denied, "no-grant", $"You have no access to {Target}{(Tenant is null ? "" : $" of {Tenant}")}.", ask);
    }

    private async Task<IReadOnlyList<GrantView>> OfStateAsync(ApiClient api, string state, Guid me, CancellationToken cancel)
    {
        var page = await api.GetAsync("grants?" + Query.Of(("state", state), ("limit", "200")), ContractsJson.Default.PageGrantView, cancel);
        return [.. page.Items.Where(g => g.Target == Target && g.Holder.Id == me && (Tenant is null || g.Tenant == Tenant))];
    }
}
