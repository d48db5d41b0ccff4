using System.Text;

namespace AccessBroker.Cli.Tests;

/// <summary>Runs the program in memory, in a configuration folder of its own.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly MemoryStream _out = new();
    private readonly StringWriter _error = new();
    private readonly Dictionary<string, string> _environment = [];

    public TestHost()
    {
        Folder = Directory.CreateTempSubdirectory("accessbroker-cli-").FullName;
        _environment["XDG_CONFIG_HOME"] = Folder;
    }

    public string Folder { get; }

    public bool OnTerminal { get; init; }

    /// <summary>What the person at the terminal types.</summary>
    public string Typed { get; init; } = "";

    public string Error => _error.ToString();

    public string Out => Encoding.UTF8.GetString(_out.ToArray());

    public CliHost Host => new(
        new StreamWriter(_out, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true }, _out, _error, new MemoryStream(Encoding.UTF8.GetBytes(Typed)),
        OnTerminal, OnTerminal, OnTerminal, name => _environment.GetValueOrDefault(name), TimeProvider.System);

    public TestHost With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    public Task<int> RunAsync(params string[] args) => CommandTree.RunAsync(args, Host);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
