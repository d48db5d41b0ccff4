using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>Registers what a door needs to tell upstreams who calls.</summary>
public static class UpstreamIdentityRegistration
{
    public static IServiceCollection AddUpstreamIdentity(this IServiceCollection services) => services
        .AddSingleton(p => new UpstreamAssertions(
            p.GetRequiredService<ConsentKeys>(), p.GetRequiredService<IOptions<AddressOptions>>(), p.GetRequiredService<TimeProvider>()))
        .AddSingleton(p => new PersonNames(
            p.GetRequiredService<IDbContextFactory<BrokerDbContext>>(), p.GetRequiredService<PeopleRegister>(), p.GetRequiredService<TimeProvider>()));
}
