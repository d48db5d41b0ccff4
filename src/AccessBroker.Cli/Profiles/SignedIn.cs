namespace AccessBroker.Cli;

/// <summary>The signed-in person of a profile, and their access token, renewed when it is about to end.</summary>
internal sealed class SignedIn(ProfileStore store, Profile profile, TimeProvider time)
{
    // A token that ends while the request travels would be refused: renew that long before.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private Profile _profile = profile;

    public Uri Server => _profile.Server;

    /// <summary>Cached consent tokens, by grant.</summary>
    public IReadOnlyDictionary<Guid, Contracts.SessionToken> Sessions => _profile.Sessions;

    /// <param name="refusedToken">A token that the server would not take although its time is not up; null normally.</param>
    /// <exception cref="CliException">Exit code 4: the person has to sign in again.</exception>
    public async Task<string> AccessTokenAsync(HttpClient http, string? refusedToken, CancellationToken cancel)
    {
        if (IsUsable(_profile, refusedToken)) return _profile.AccessToken;
        using (await store.LockAsync(cancel))
        {
            // Another process may have renewed it meanwhile.
            _profile = store.Read() ?? throw Problems.NeedsSignIn();
            if (IsUsable(_profile, refusedToken)) return _profile.AccessToken;
            if (_profile.RefreshToken is null) throw SignInEnded();

            var fresh = await TokenEndpoint.RefreshAsync(http, _profile, cancel) ?? throw SignInEnded();
            _profile = _profile with
            {
                AccessToken = fresh.AccessToken,
                RefreshToken = fresh.RefreshToken ?? _profile.RefreshToken,
                ExpiresAt = fresh.ExpiresAt(time),
            };
            store.Write(_profile);
            return _profile.AccessToken;
        }
    }

    /// <summary>Keeps (or, with null, forgets) the consent token of a grant.</summary>
    public async Task RememberAsync(Guid grant, Contracts.SessionToken? token, CancellationToken cancel)
    {
        using (await store.LockAsync(cancel))
        {
            if (store.Read() is not { } current) return;
            var now = time.GetUtcNow();
            var sessions = current.Sessions.Where(s => s.Key != grant && s.Value.ExpiresAt > now).ToDictionary();
            if (token is not null) sessions[grant] = token;
            _profile = current with { Sessions = sessions };
            store.Write(_profile);
        }
    }

    private bool IsUsable(Profile profile, string? refusedToken) =>
        profile.AccessToken != refusedToken && profile.ExpiresAt - Margin > time.GetUtcNow();

    private static CliException SignInEnded() =>
        new(ExitCode.NeedsSignIn, "sign-in-needed", "Your sign-in has ended.", "Run accessbroker login.");
}
