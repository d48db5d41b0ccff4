namespace AccessBroker.Cli;

/// <summary>Shows an address to the person, who comes back to the loopback port in the end.</summary>
internal interface IBrowser
{
    Task VisitAsync(Uri address, CancellationToken cancel);
}

/// <summary>
/// Authorization code with PKCE on a loopback port (RFC 8252): the same steps whether a person's browser walks them or,
/// in the demo, <see cref="DemoBrowser"/>.
/// </summary>
internal sealed class SignInFlow(HttpClient http, IBrowser browser, TimeProvider time)
{
    /// <summary>How long somebody may take to sign in.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<Profile> RunAsync(Uri server, CancellationToken cancel)
    {
        var info = await Discovery.OfServerAsync(http, server, cancel);
        var issuer = await Discovery.OfIssuerAsync(http, info.Issuer, cancel);
        using var listener = new LoopbackListener();
        var verifier = Pkce.NewVerifier();
        var state = Pkce.NewVerifier();

        var answer = await AskAsync(listener, AuthorizeAddress(issuer, info, listener.RedirectUri, verifier, state), cancel);
        var code = CodeOf(answer, state, issuer.Issuer);
        var token = await TokenEndpoint.RedeemAsync(http, issuer.TokenEndpoint, info.ClientId, code, listener.RedirectUri, verifier, cancel);
        return new Profile(server, issuer.TokenEndpoint, issuer.RevocationEndpoint, info.ClientId, token.AccessToken, token.RefreshToken, token.ExpiresAt(time), new Dictionary<Guid, Contracts.SessionToken>());
    }

    private static Uri AuthorizeAddress(IssuerMetadata issuer, Contracts.ServerInfo info, string redirectUri, string verifier, string state)
    {
        string[] query =
        [
            "response_type=code",
            "response_mode=query",
            "client_id=" + Uri.EscapeDataString(info.ClientId),
            "redirect_uri=" + Uri.EscapeDataString(redirectUri),
            "scope=" + Uri.EscapeDataString(info.Scope),
            "state=" + state,
            "code_challenge=" + Pkce.ChallengeOf(verifier),
            "code_challenge_method=S256",
        ];
        var endpoint = issuer.AuthorizationEndpoint.AbsoluteUri;
        return new Uri(endpoint + (endpoint.Contains('?') ? '&' : '?') + string.Join('&', query));
    }

    /// <summary>Sends the browser off and waits for it to come back; whichever fails first is what the person is told.</summary>
    private async Task<IReadOnlyDictionary<string, string>> AskAsync(LoopbackListener listener, Uri address, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var coming = listener.ReceiveAsync(limit.Token);
            await browser.VisitAsync(address, limit.Token);
            return await coming;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException(ExitCode.WaitTimedOut, "sign-in-timed-out", $"Nobody signed in within {Patience.TotalMinutes:0} minutes.", "Run accessbroker login again.");
        }
    }

    private static string CodeOf(IReadOnlyDictionary<string, string> answer, string state, string issuer)
    {
        // Another page on this machine could send a code of its own choosing: only ours carries our state.
        if (answer.GetValueOrDefault("state") != state) throw Failed("the answer does not belong to this sign-in");
        // RFC 9207: a code of another issuer must not be sent to this one.
        if (answer.TryGetValue("iss", out var from) && from.TrimEnd('/') != issuer.TrimEnd('/')) throw Failed($"the answer comes from {from}");
        if (answer.TryGetValue("error", out var error)) throw Failed(answer.GetValueOrDefault("error_description") ?? error);
        return answer.GetValueOrDefault("code") ?? throw Failed("the answer carries no code");
    }

    private static CliException Failed(string why) =>
        new(ExitCode.NeedsSignIn, "sign-in-failed", $"Signing in failed: {why}.", "Run accessbroker login again.");
}
