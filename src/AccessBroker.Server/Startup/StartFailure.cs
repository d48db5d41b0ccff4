using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Grants;
using AccessBroker.Issuer;
using AccessBroker.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server;

/// <summary>Failures that the person at the keyboard can mend, as sentences instead of a stack trace. Everything else is a bug and keeps its trace.</summary>
internal static class StartFailure
{
    /// <returns>Null for a failure that is not of this kind.</returns>
    public static IReadOnlyList<string>? Explain(Exception failure) => failure switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.InnerExceptions.All(e => e is OptionsValidationException) =>
            [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(e => e.Failures)],
        CryptographicException => ["The keys in the database do not open with the key-encryption key in Keys:Folder. Put back the key file that belongs to this database; a new one cannot open what another sealed."],
        KeyStoreException keys => [keys.Message],
        WrongDatabaseException wrong => [wrong.Message],
        SchemaBehindException behind => [behind.Message],
        LogRestoredException restored => [restored.Message],
        DeclarationRefusedException refused => [refused.Message],
        InvalidDataException damaged => [damaged.Message], // of the log's own files and entries: each says what to do
        CatalogueException targets => targets.Errors,
        IOException { InnerException: AddressInUseException } inUse => [$"{AddressIn(inUse.Message)} is in use by another program. Stop it, or choose another address with --urls."],
        _ when failure.IsPermissionDenied() => [$"The account of Storage:ConnectionString may not do what the broker needs: {failure.GetBaseException().Message} Run the script in ops/sql as the database's administrator; it is run again after each migration."],
        _ when failure.IsStorageUnavailable() => [$"The database cannot be used: {failure.GetBaseException().Message} Check Storage:Provider and Storage:ConnectionString, and that it runs."],
        _ => null,
    };

    public static void Print(IReadOnlyList<string> sentences)
    {
        Console.Error.WriteLine(sentences.Count == 1 ? "AccessBroker did not start:" : $"AccessBroker did not start, for {sentences.Count} reasons:");
        foreach (var sentence in sentences) Console.Error.WriteLine($"- {sentence}");
    }

    /// <summary>Kestrel puts the address into its text and nowhere else.</summary>
    private static string AddressIn(string message) =>
        message.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.OrdinalIgnoreCase))?.TrimEnd(':', '.') ?? "The address";
}
