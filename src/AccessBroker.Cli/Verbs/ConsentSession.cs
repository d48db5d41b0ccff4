using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>The consent token of a grant: from the cache while it is good, else renewed, else from a new session.</summary>
internal sealed class ConsentSession(ApiClient api, SignedIn signedIn, TimeProvider time, Guid grant)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    /// <param name="fresh">The cached one was refused: begin a new session.</param>
    /// <exception cref="CliException">The grant is over, or not yours.</exception>
    public async Task<SessionToken> TokenAsync(bool fresh, CancellationToken cancel)
    {
        signedIn.Sessions.TryGetValue(grant, out var cached);
        if (!fresh && cached is not null && cached.ExpiresAt - Margin > time.GetUtcNow()) return cached;

        var token = (fresh || cached is null ? null : await TryRenewAsync(cached, cancel))
            ?? await api.PostAsync($"grants/{grant}/sessions", ContractsJson.Default.SessionToken, cancel);
        await signedIn.RememberAsync(grant, token, cancel);
        return token;
    }

    private async Task<SessionToken?> TryRenewAsync(SessionToken cached, CancellationToken cancel)
    {
        try
        {
            return await api.PostAsync($"sessions/{cached.Session.Id}/token", ContractsJson.Default.SessionToken, cancel);
        }
        catch (CliException ended) when (ended.ExitCode is ExitCode.Ended)
        {
            // The session is over but the grant may live: starting a session says which.
            return null;
        }
    }
}
