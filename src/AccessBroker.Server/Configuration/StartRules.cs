using AccessBroker.Issuer;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>Everything that must be true of the configuration. All broken rules are told at once, so that nobody mends them one start at a time.</summary>
internal static class StartRules
{
    /// <exception cref="OptionsValidationException">Its failures are sentences.</exception>
    public static void Require(IConfiguration configuration)
    {
        string[] broken;
        try
        {
            broken = [.. ServerRules.Broken(configuration), .. Rooms.Broken(configuration), .. IdentityRules.Broken(configuration)];
        }
        catch (InvalidOperationException notOfItsType) // the binder names the key and the value
        {
            broken = [notOfItsType.Message];
        }
        if (broken.Length > 0) throw new OptionsValidationException("start", typeof(ServerOptions), broken);
    }

    /// <summary>The rooms' own options, each validated by its room.</summary>
    /// <exception cref="AggregateException">Of <see cref="OptionsValidationException"/>.</exception>
    public static void RequireOptions(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();
}
