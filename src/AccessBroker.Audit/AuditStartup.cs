using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Audit;

/// <summary>What can keep the log from being opened, asked before the host starts: the refusal then stands alone, and not among those of half started services.</summary>
public static class AuditStartup
{
    /// <exception cref="LogRestoredException">An older backup was restored, or entries were removed.</exception>
    /// <exception cref="InvalidDataException">The log's name in the database is not what the log says.</exception>
    public static async Task RequireUnbrokenAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        var check = services.GetRequiredService<RestoreCheck>();
        await check.DeclaredAsync(cancellationToken);
        await check.RequireNothingLostAsync(cancellationToken);
    }

    /// <summary>The log's verifier keys, as people hand them on (C2SP vkey).</summary>
    public static IEnumerable<string> VerifierKeys(IServiceProvider services) => services.GetRequiredService<ILogKeys>().Signers.Select(signer => signer.Key.ToString());
}
