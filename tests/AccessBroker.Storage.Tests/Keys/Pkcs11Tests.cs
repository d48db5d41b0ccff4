using AccessBroker.Audit;
using Microsoft.Extensions.Options;
using Net.Pkcs11Interop.Common;

namespace AccessBroker.Storage.Tests;

/// <summary>The key-encryption key in a token that never gives it away.</summary>
public sealed class Pkcs11Tests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task FirstStart_MakesAKeyInTheTokenThatCannotBeTakenOut()
    {
        await using var database = new SqliteDatabase();
        var token = SoftHsm.NewToken();
        var settings = SoftHsm.Settings(database.Folder, token);
        AppendedEntry entry;
        await using (var node = await TestNode.StartAsync(database, settings))
        {
            entry = await node.Log.AppendAsync(TestNode.Event("acme", reason: "sealed by a token"));
            // In the node's sign-in, as whoever took over its process would be.
            var (sensitive, extractable, value) = SoftHsm.InSession(token, session =>
            {
                var key = Assert.Single(session.FindAllObjects([SoftHsm.Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), SoftHsm.Attribute(CKA.CKA_LABEL, "kek")]));
                var values = session.GetAttributeValue(key, [CKA.CKA_SENSITIVE, CKA.CKA_EXTRACTABLE, CKA.CKA_VALUE]);
                return (values[0].GetValueAsBool(), values[1].GetValueAsBool(), values[2].CannotBeRead);
            });
            Assert.Equal((true, false, true), (sensitive, extractable, value));
        }

        Assert.False(File.Exists(Path.Combine(database.Folder, "keys", "key-encryption-key")));
        await using var restarted = await TestNode.StartAsync(database, settings);
        Assert.NotNull((await restarted.Get<ITrailReader>().ReadAsync(entry.Index))!.Body);
    }

    [Fact]
    public async Task Session_LostWhileTheNodeRuns_IsOpenedAgain()
    {
        await using var database = new SqliteDatabase();
        var token = SoftHsm.NewToken();
        await using var node = await TestNode.StartAsync(database, SoftHsm.Settings(database.Folder, token));
        var secret = node.Get<ISecretBox>().Seal("a", "secret"u8);

        SoftHsm.Slot(token).CloseAllSessions();

        Assert.Equal("secret"u8.ToArray(), node.Get<ISecretBox>().Open("a", secret));
        SoftHsm.Slot(token).CloseAllSessions();
        node.Log.OpenTrail("hooli"); // seals
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => node.Get<ISecretBox>().Open("b", secret)); // another purpose
        secret[^1] ^= 1;
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => node.Get<ISecretBox>().Open("a", secret));
    }

    [Fact]
    public async Task RotateEncryption_FromFileToTokenToTokenAndBack_EverythingOpensAndOldKeysAreGone()
    {
        await using var database = new SqliteDatabase();
        var token = SoftHsm.NewToken();
        AppendedEntry entry;
        await using (var before = await TestNode.StartAsync(database))
            entry = await before.Log.AppendAsync(TestNode.Event("acme", reason: "sealed by a file"));
        var file = KeyFile.Read(KeyPath(database));
        var settings = SoftHsm.Settings(database.Folder, token);

        await using (var node = await TestNode.StartAsync(database, settings))
        {
            Assert.Equal(file.Name, node.Get<KeyRing>().Current().Name); // configured is not moved
            var first = await RotateAsync(database, null, settings);
            Assert.False(File.Exists(KeyPath(database)));
            await SealedRows.AssertNothingOpensAsync(node, file);
            var second = await RotateAsync(database, null, settings);
            Assert.NotEqual(first, second);
            Assert.Equal(["kek.2"], Labels(token));
            await AssertOpensAsync(node, entry);
        }
        await using (var node = await TestNode.StartAsync(database, settings))
            await AssertOpensAsync(node, entry);

        var back = await RotateAsync(database, KeyPlace.File, settings);

        Assert.Equal(KeyFile.Read(KeyPath(database)).Name, back);
        Assert.Empty(Labels(token));
        await using var without = await TestNode.StartAsync(database);
        await AssertOpensAsync(without, entry);
    }

    [Fact]
    public async Task RotateEncryption_ToATokenThatARunningNodeDoesNotKnow_IsRefusedAndChangesNothing()
    {
        await using var database = new SqliteDatabase();
        var token = SoftHsm.NewToken();
        await using var node = await TestNode.StartAsync(database);
        var current = node.Get<KeyRing>().Current().Name;
        await using var verb = TestNode.AsVerb(database, SoftHsm.Settings(database.Folder, token));

        var refusal = await Assert.ThrowsAsync<KeyRotationException>(() => verb.Get<EncryptionRotation>().RunAsync(null, "rosa", TimeSpan.Zero, _ => { }, default));

        Assert.Contains("Configure the token (Keys:Pkcs11) on their machines", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(current, node.Get<KeyRing>().Current().Name);
        Assert.True(File.Exists(KeyPath(database)));
    }

    [Fact]
    public async Task Start_TokenCannotBeUsed_IsRefusedInWords()
    {
        await using var database = new SqliteDatabase();
        var token = SoftHsm.NewToken();
        var settings = SoftHsm.Settings(database.Folder, token);
        var pin = Path.Combine(database.Folder, "pin");

        Assert.Contains("there is no such file", (await Assert.ThrowsAsync<OptionsValidationException>(() => TestNode.StartAsync(database, With(settings, "Keys:Pkcs11:Module", "/nowhere.so")))).Message, StringComparison.Ordinal);
        await AssertRefusedAsync(database, With(settings, "Keys:Pkcs11:Module", pin), "cannot be loaded");
        await AssertRefusedAsync(database, With(settings, "Keys:Pkcs11:TokenLabel", "nobody"), "There is no token with the label nobody");
        await AssertRefusedAsync(database, With(settings, "Keys:Pkcs11:TokenLabel", SoftHsm.Twins), "2 tokens have the label twins");
        await File.WriteAllTextAsync(pin, "0000", TestContext.Current.CancellationToken);
        await AssertRefusedAsync(database, settings, "refuses the PIN");
        await File.WriteAllTextAsync(pin, SoftHsm.Pin, TestContext.Current.CancellationToken);
        SoftHsm.Permit(pin, OwnerOnly.Mode | UnixFileMode.GroupRead);
        await AssertRefusedAsync(database, settings, $"chmod 600 {pin}");
        SoftHsm.Permit(pin, OwnerOnly.Mode);
        await using (var node = await TestNode.StartAsync(database, settings))
            Twin(token);
        await AssertRefusedAsync(database, settings, "holds 2 keys with the label kek");
    }

    private static (string Key, string Value)[] With((string Key, string Value)[] settings, string key, string value) =>
        [.. settings.Where(s => s.Key != key), (key, value)];

    private static async Task AssertRefusedAsync(TestDatabase database, (string Key, string Value)[] settings, string words) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<KeyStoreException>(() => TestNode.StartAsync(database, settings))).Message, StringComparison.Ordinal);

    private static async Task<string> RotateAsync(TestDatabase database, KeyPlace? to, (string Key, string Value)[] settings)
    {
        await using var verb = TestNode.AsVerb(database, settings);
        return (await verb.Get<EncryptionRotation>().RunAsync(to, "rosa", Patience, _ => { }, default)).Key;
    }

    private static async Task AssertOpensAsync(TestNode node, AppendedEntry entry) => Assert.NotNull((await node.Get<ITrailReader>().ReadAsync(entry.Index))!.Body);

    private static string KeyPath(TestDatabase database) => Path.Combine(database.Folder, "keys", "key-encryption-key");

    private static List<string> Labels(string token)
    {
        using var session = SoftHsm.Slot(token).OpenSession(SessionType.ReadOnly);
        var signedIn = SignIn(session);
        var labels = session.FindAllObjects([SoftHsm.Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY)]).Select(o => session.GetAttributeValue(o, [CKA.CKA_LABEL])[0].GetValueAsString()).ToList();
        if (signedIn)
            session.Logout();
        return labels;
    }

    /// <summary>Somebody makes another key with the label of ours.</summary>
    private static void Twin(string token)
    {
        var settings = new Pkcs11Options { Module = SoftHsm.Module, TokenLabel = token, KeyLabel = "kek", PinFile = "" };
        SoftHsm.InSession(token, session =>
        {
            var key = session.FindAllObjects([SoftHsm.Attribute(CKA.CKA_LABEL, settings.KeyLabel)]).Single();
            return session.CopyObject(key, []);
        });
    }

    private static bool SignIn(Net.Pkcs11Interop.HighLevelAPI.ISession session)
    {
        try
        {
            session.Login(CKU.CKU_USER, SoftHsm.Pin);
            return true;
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            return false;
        }
    }
}
