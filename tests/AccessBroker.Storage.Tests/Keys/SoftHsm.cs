using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace AccessBroker.Storage.Tests;

/// <summary>Debian's softhsm2, a real PKCS#11 module, with tokens in a folder of this process' own.</summary>
internal static class SoftHsm
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "5678";
    private const string Util = "/usr/bin/softhsm2-util";
    private static readonly Pkcs11InteropFactories Factories = new();

    /// <summary>Made all at once: the module reads the folder when it is loaded.</summary>
    private static readonly Lazy<ConcurrentQueue<string>> Tokens = new(Initialize);

    public static bool IsInstalled => File.Exists(Module) && File.Exists(Util);

    /// <summary>Two tokens have this label.</summary>
    public const string Twins = "twins";

    public static string NewToken()
    {
        Assert.SkipUnless(IsInstalled, "SoftHSM is not installed (apt-get install softhsm2).");
        return Tokens.Value.TryDequeue(out var label) ? label : throw new InvalidOperationException("There are no more tokens; make more.");
    }

    /// <summary>Settings of a node whose key is in the token.</summary>
    public static (string Key, string Value)[] Settings(string folder, string token)
    {
        var pin = Path.Combine(folder, "pin");
        File.WriteAllText(pin, Pin + "\n");
        Permit(pin, OwnerOnly.Mode);
        return [("Keys:Pkcs11:Module", Module), ("Keys:Pkcs11:TokenLabel", token), ("Keys:Pkcs11:KeyLabel", "kek"), ("Keys:Pkcs11:PinFile", pin)];
    }

    /// <summary>What another program with this token could do in a session of its own.</summary>
    public static T InSession<T>(string token, Func<ISession, T> work)
    {
        using var session = Slot(token).OpenSession(SessionType.ReadWrite);
        return work(session);
    }

    public static ISlot Slot(string token) =>
        Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, Module, AppType.MultiThreaded).GetSlotList(SlotsType.WithTokenPresent).Single(s => s.GetTokenInfo().Label == token);

    public static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    public static IObjectAttribute Attribute(CKA type, string value) => Factories.ObjectAttributeFactory.Create(type, value);

    public static IObjectAttribute Attribute(CKA type, CKO value) => Factories.ObjectAttributeFactory.Create(type, value);

    private static ConcurrentQueue<string> Initialize()
    {
        var folder = Directory.CreateTempSubdirectory("accessbroker-softhsm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var configuration = Path.Combine(folder, "softhsm2.conf");
        Directory.CreateDirectory(Path.Combine(folder, "tokens"));
        File.WriteAllText(configuration, $"directories.tokendir = {Path.Combine(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", configuration); // for the tool
        _ = SetEnvironment("SOFTHSM2_CONF", configuration, 1); // for the module: native code does not see .NET's copy
        string[] labels = [.. Enumerable.Range(1, 6).Select(i => $"token-{i}")];
        foreach (var label in labels.Append(Twins).Append(Twins))
        {
            using var tool = Process.Start(new ProcessStartInfo(Util, ["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", Pin]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = tool.StandardError.ReadToEnd();
            tool.WaitForExit();
            Assert.True(tool.ExitCode == 0, error);
        }
        return new ConcurrentQueue<string>(labels);
    }

    private static int SetEnvironment(string name, string value, int overwrite) =>
        Marshal.GetDelegateForFunctionPointer<SetEnv>(NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "setenv"))(name, value, overwrite);

    private delegate int SetEnv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
