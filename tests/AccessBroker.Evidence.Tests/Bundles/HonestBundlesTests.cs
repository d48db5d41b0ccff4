namespace AccessBroker.Evidence.Tests;

/// <summary>Whatever an honest log holds and however long its files come out, its bundle verifies: no block's edge is an attack.</summary>
public class HonestBundlesTests
{
    [Fact]
    public void Bundle_OfAnySize_Verifies()
    {
        var random = new Random(11);
        var signer = new TestSigner(TestLog.Origin);
        for (var n = 1; n <= 250; n++)
        {
            var log = new TestLog { Keys = signer.Key.ToString() };
            for (var i = 0; i < n; i++)
            {
                var customer = random.Next(4) == 0 ? "globex" : "acme";
                var entry = log.Request(customer, "/" + new string('x', random.Next(random.Next(10) == 0 ? 3000 : 60)));
                if (random.Next(15) == 0)
                    log.Erase(entry);
            }
            log.Request("acme", "/last");
            var note = log.Checkpoint(signer);
            var folder = log.Export("acme", note, 0);

            using var reader = BundleReader.Open(folder);
            var report = BundleVerifier.Verify(reader, new VerificationOptions { Key = signer.Key });

            Assert.True(report.Verified, $"{n}: {report.Failure}");
            Directory.Delete(folder, recursive: true);
        }
    }
}
