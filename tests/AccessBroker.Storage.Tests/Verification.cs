using System.Text;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Storage.Tests;

/// <summary>Runs the verifier that auditors run.</summary>
internal static class Verification
{
    public static VerificationReport AssertVerified(string folder, VerifierKey key, string? pinned = null)
    {
        using var files = BundleReader.Open(folder);
        var report = BundleVerifier.Verify(files, new VerificationOptions { Key = key, Pinned = pinned is null ? null : Encoding.UTF8.GetBytes(pinned) });
        Assert.True(report.Verified, report.Failure?.Message);
        return report;
    }
}
