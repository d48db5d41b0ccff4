using AccessBroker.Audit;
using AccessBroker.Gateway;
using AccessBroker.Grants;
using AccessBroker.Storage;
using AccessBroker.Web;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>
/// What the rooms say of their own settings: all options that they register, validated, and the targets file. They are asked in a
/// container of its own, which is thrown away: the server's cannot be put together while its configuration is broken.
/// </summary>
internal static class RoomRules
{
    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        Action[] rooms =
        [
            () => services.AddStorage(configuration), () => services.AddAudit(configuration), () => services.AddGrants(configuration),
            () => { if (Rooms.From(configuration).Gateway) services.AddGateway(configuration); },
            () => { if (Rooms.From(configuration).Web) services.AddExportOptions(configuration); },
        ];
        foreach (var add in rooms) Try(add);

        using var provider = services.BuildServiceProvider();
        foreach (var type in OptionsOf(services))
        {
            foreach (var broken in BrokenIn(provider, type)) yield return broken;
        }
        foreach (var broken in BrokenTargets(provider)) yield return broken;
    }

    /// <summary>What cannot be read keeps a room from registering itself; the options, registered by then, say what it is.</summary>
    private static void Try(Action add)
    {
        try
        {
            add();
        }
        catch (InvalidOperationException)
        {
            // told by BrokenIn
        }
    }

    /// <summary>Our own, whether a room validates them or only reads them: a number that is none is an error either way.</summary>
    private static IEnumerable<Type> OptionsOf(IServiceCollection services) => services.Select(service => service.ServiceType)
        .Where(type => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>) || type.GetGenericTypeDefinition() == typeof(IValidateOptions<>)))
        .Select(type => type.GetGenericArguments()[0])
        .Where(type => type.Namespace?.StartsWith("AccessBroker.", StringComparison.Ordinal) ?? false)
        .Distinct().ToList();

    private static IEnumerable<string> BrokenIn(IServiceProvider provider, Type options)
    {
        try
        {
            _ = ((IOptions<object>)provider.GetRequiredService(typeof(IOptions<>).MakeGenericType(options))).Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return invalid.Failures;
        }
        catch (InvalidOperationException notOfItsType) // the binder names the key and the value
        {
            return [notOfItsType.Message];
        }
    }

    private static IEnumerable<string> BrokenTargets(IServiceProvider provider)
    {
        try
        {
            _ = provider.GetService<ICatalogue>();
            return [];
        }
        catch (CatalogueException targets)
        {
            return targets.Errors;
        }
    }
}
