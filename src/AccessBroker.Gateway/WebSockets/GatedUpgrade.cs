using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Gateway;

/// <summary>Stands before the server's upgrade, so that whoever upgrades gets the gated stream and no other.</summary>
internal sealed class GatedUpgrade(IHttpUpgradeFeature inner, Func<Stream, Stream> gated) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => gated(await inner.UpgradeAsync());
}
