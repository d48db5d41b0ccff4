using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// verify.cs, the second verifier: one file, written from the format's page alone, sharing no code with this
/// library. It is compiled into the library as text.
/// </summary>
public static class StandaloneVerifier
{
    /// <summary>The source as it stands in each bundle.</summary>
    public static string Source { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(StandaloneVerifier).Assembly.GetManifestResourceStream(BundleFiles.Verifier)
            ?? throw new InvalidOperationException("verify.cs is missing from the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
