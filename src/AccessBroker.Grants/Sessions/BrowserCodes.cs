using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <param name="Token">Consent token for the host's cookie.</param>
/// <param name="ExpiresAt">When the token is over.</param>
public sealed record RedeemedCode(LiveSession Session, string Token, DateTimeOffset ExpiresAt);

/// <summary>
/// One-time codes that carry a session to a browser on a gateway host. The database knows only their hashes, and a code is
/// sealed for its session, so that whoever can write the database can make none for somebody else's session.
/// </summary>
public sealed class BrowserCodes
{
    /// <summary>Where a gateway host redeems codes; never reaches an upstream.</summary>
    public const string Path = "/.accessbroker/enter";

    private const int SecretBytes = 32;

    /// <summary>base64url of nonce[12] ‖ secret[32] ‖ tag[16] (<see cref="ISecretBox"/>).</summary>
    private const int CodeLength = 80;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly LiveSessions _sessions;
    private readonly ConsentTokens _tokens;
    private readonly GatewayAddresses _addresses;
    private readonly ISecretBox _box;
    private readonly TimeProvider _time;

    internal BrowserCodes(
        IDbContextFactory<BrokerDbContext> contexts, LiveSessions sessions, ConsentTokens tokens, GatewayAddresses addresses, ISecretBox box, TimeProvider time) =>
        (_contexts, _sessions, _tokens, _addresses, _box, _time) = (contexts, sessions, tokens, addresses, box, time);

    internal async Task<(string Code, DateTimeOffset ExpiresAt)> IssueAsync(Guid session, CancellationToken cancellationToken)
    {
        var code = Base64Url.EncodeToString(_box.Seal(PurposeOf(session), RandomNumberGenerator.GetBytes(SecretBytes)));
        var expiresAt = _time.Now() + Lifetime;
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        context.BrowserCodes.Add(new BrowserCode { CodeHash = HashOf(code), SessionId = session, ExpiresAt = expiresAt });
        await context.SaveChangesAsync(cancellationToken);
        return (code, expiresAt);
    }

    /// <summary>Redeems a code, once, on the host of its session.</summary>
    /// <param name="code">As it came in the query.</param>
    /// <param name="audience">Origin of the host that it came to.</param>
    /// <returns>Null where the code is unknown, used, over, for another host, or its session is over.</returns>
    public async Task<RedeemedCode?> RedeemAsync(string code, string audience, CancellationToken cancellationToken)
    {
        if (code.Length != CodeLength)
            return null;
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.BrowserCodes.FindAsync([HashOf(code)], cancellationToken);
        if (row is null)
            return null;
        context.BrowserCodes.Remove(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return null; // somebody else redeemed it at this moment
        }
        if (row.ExpiresAt <= _time.Now() || !IsSealedFor(row.SessionId, code))
            return null;
        var live = await _sessions.FindAsync(row.SessionId, cancellationToken);
        if (live.Reason != DenyReason.None || _addresses.OriginOf(live.Grant.Tenant, live.Grant.Target) != audience)
            return null;
        var minted = _tokens.Mint(live.Session, live.Grant, live.Scope);
        return new RedeemedCode(live, minted.Token, minted.ExpiresAt);
    }

    private bool IsSealedFor(Guid session, string code)
    {
        try
        {
            _box.Open(PurposeOf(session), Base64Url.DecodeFromChars(code));
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false; // not ours, or the row was changed
        }
    }

    private static string PurposeOf(Guid session) => $"browser-code/{session:D}";

    /// <summary>A code has 256 random bits, so a plain hash of it tells nothing.</summary>
    private static string HashOf(string code) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
