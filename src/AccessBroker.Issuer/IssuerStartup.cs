using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Issuer;

/// <summary>What the issuer needs in the database before the first request; after the migrations.</summary>
public static class IssuerStartup
{
    /// <exception cref="WrongDatabaseException">A demo on a real database, or the other way round.</exception>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var scope = services.CreateAsyncScope();
        var demo = DemoMode.IsEnabled(scope.ServiceProvider.GetRequiredService<IConfiguration>());
        await DemoDatabase.RequireAsync(scope.ServiceProvider.GetRequiredService<BrokerDbContext>(), demo, cancellationToken);
        if (demo) await scope.ServiceProvider.GetRequiredService<RegisteredClients>().RegisterAsync(cancellationToken);
    }
}
